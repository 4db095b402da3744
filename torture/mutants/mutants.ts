import type { Mutant } from './mutant.ts';
import { CLIENT_MUTANTS } from './table/clients.ts';
import { DOMAIN_MUTANTS } from './table/domain.ts';
import { DOOR_MUTANTS } from './table/doors.ts';
import { LEDGER_MUTANTS } from './table/ledger.ts';

/** Every mechanism that a promise rests on, taken out one at a time. */
export const MUTANTS: readonly Mutant[] = [...LEDGER_MUTANTS, ...DOMAIN_MUTANTS, ...DOOR_MUTANTS, ...CLIENT_MUTANTS];

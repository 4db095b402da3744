import { z } from 'zod';
import { LIST_MAX } from './limits.ts';
import type { AccessRole } from './records/hub.ts';

/**
 * Who may call a command. `viewer`: everybody with a valid token; `member`: agents and operators; `operator` and
 * `admin`: people. An admin may all an operator may.
 */
export type Access = 'viewer' | 'member' | 'operator' | 'admin';

const ALLOWED: Record<Access, readonly AccessRole[]> = {
  viewer: ['viewer', 'agent', 'operator', 'admin'],
  member: ['agent', 'operator', 'admin'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
};
export const rolesAllowed = (access: Access): readonly AccessRole[] => ALLOWED[access];

/** The people of the examples: two registered agents and an operator (who is also admin where it takes one). */
export type Cast = 'alice' | 'bob' | 'human';
export interface ExampleStep {
  as: Cast;
  command: string;
  input: unknown;
}
/** A call that works, with what must have happened before and what comes back (times, seqs and tokens vary). */
export interface Example {
  before?: readonly ExampleStep[];
  as: Cast;
  input: unknown;
  output: Record<string, unknown>;
}

export interface CommandDeclaration {
  name: `${string}.${string}`;
  summary: string;
  access: Access;
  /** `agent`: only as a registered agent, its connection is checked; `any`: also as a person. */
  identity: 'agent' | 'any';
  /** `write` goes through the ledger; `read` answers from the node's copy. */
  kind: 'write' | 'read';
  /** `hub`: acts on the records of the hub as a whole, not of one project. */
  scope?: 'hub';
  /** Whoever has this access may ask it of the hub's own project, too. */
  ofHub?: Access;
  /** Bytes of the encoded input; COMMAND_MAX_BYTES unless said. */
  maxBytes?: number;
  input: z.ZodType;
  output: z.ZodType;
  examples: readonly [Example, ...Example[]];
}

/** Keeps the literal types of a declaration. */
export const command = <const D extends CommandDeclaration>(declaration: D): D => declaration;

/** Input fields of every `list`. */
export const listInput = {
  limit: z.int().min(1).max(LIST_MAX).optional(),
  after: z.string().max(160).optional(),
};
/** Input fields of every `list`, `get` and `explain`: answer only from a copy at least this new. */
export const readInput = { minSeq: z.int().nonnegative().optional() };
export const next = z.string().optional();
export const nothing = z.object({});

import type { History } from '../history/history.ts';
import { checkLostEarly } from './presence-early.ts';
import { checkLostLate } from './presence-late.ts';
import type { Violation } from './violation.ts';

/** Nobody is lost before its time, and who is silent for longer is. */
export const checkPresence = (history: History): Violation[] => [...checkLostEarly(history), ...checkLostLate(history)];

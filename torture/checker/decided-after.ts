import type { History, LoggedTransaction } from '../history/history.ts';
import { once } from './once.ts';

/**
 * The earliest a transaction can have been decided, on the clock of the lines: not before the call that caused it, nor
 * before the call of anything that stands before it in the log.
 */
export const decidedAfter = once((history: History): ((tx: LoggedTransaction) => number) => {
  const bounds = new Map<LoggedTransaction, number>();
  let bound = Number.NEGATIVE_INFINITY;
  for (const tx of history.transactions) {
    const call = tx.causedBy === undefined ? undefined : history.operation(tx.causedBy);
    bound = Math.max(bound, call?.calledAt ?? bound);
    bounds.set(tx, bound);
  }
  return (tx) => bounds.get(tx) ?? Number.NEGATIVE_INFINITY;
});

/** What was told before this moment stands in the log as far as it was read; what was told later may be further on. */
export function readUntil(history: History): number {
  const last = history.transactions.at(-1);
  return last === undefined ? Number.NEGATIVE_INFINITY : decidedAfter(history)(last);
}

import type { History, LoggedTransaction } from '../history/history.ts';
import { once } from './once.ts';
import { isBy } from './place.ts';

/**
 * The latest a transaction can have been decided, on the clock of the lines: not after it was read in the log or
 * answered, nor after that of anything that stands behind it in the log.
 */
export const decidedBefore = once((history: History): ((tx: LoggedTransaction) => number) => {
  const bounds = new Map<LoggedTransaction, number>();
  let bound = Number.POSITIVE_INFINITY;
  for (const tx of history.transactions.toReversed()) {
    const call = tx.causedBy === undefined ? undefined : history.operation(tx.causedBy);
    // Sent again after an answer that nothing was to be done, it may have done something then.
    const answeredAt = call?.said !== undefined && isBy(tx, call.said) ? call.answeredAt : undefined;
    bound = Math.min(bound, tx.at, answeredAt ?? bound);
    bounds.set(tx, bound);
  }
  return (tx) => bounds.get(tx) ?? Number.POSITIVE_INFINITY;
});

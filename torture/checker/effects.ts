import type { History, LoggedTransaction } from '../history/history.ts';
import { once } from './once.ts';

/** By requestId, the first transaction that it caused. */
export const effectsOf = once(({ transactions }: History): ReadonlyMap<string, LoggedTransaction> => {
  const effects = new Map<string, LoggedTransaction>();
  for (const tx of transactions)
    if (tx.causedBy !== undefined && !effects.has(tx.causedBy)) effects.set(tx.causedBy, tx);
  return effects;
});

import type { AnyRecord, Kind } from './records.ts';
import type { RemovedKey, Transaction } from './transaction.ts';

export interface Change {
  puts: AnyRecord[];
  removes: RemovedKey[];
}

/**
 * The net effect of consecutive transactions: the last word per record wins. Applying the result equals applying the
 * transactions one by one.
 */
export function coalesce(
  transactions: Iterable<Pick<Transaction, 'puts' | 'removes'>>,
  sees: (kind: Kind) => boolean = () => true,
): Change {
  const last = new Map<string, AnyRecord | RemovedKey>();
  for (const { puts, removes } of transactions) {
    for (const key of removes) if (sees(key[0])) last.set(`${key[0]}:${key[1]}`, key);
    for (const record of puts) if (sees(record.kind)) last.set(`${record.kind}:${record.id}`, record);
  }
  const change: Change = { puts: [], removes: [] };
  for (const entry of last.values()) {
    if ('kind' in entry) change.puts.push(entry);
    else change.removes.push(entry);
  }
  return change;
}

import { coalesce } from '@signalbox/shared/coalesce';
import type { Transaction } from '@signalbox/shared/transaction';

/** The net effect of a batch on the records hash: alternating fields and values to set, and fields to remove. */
export function coalesceEncoded(txs: readonly Transaction[]): { sets: string[]; removes: string[] } {
  const { puts, removes } = coalesce(txs);
  const sets: string[] = [];
  for (const record of puts) sets.push(`${record.kind}:${record.id}`, JSON.stringify(record));
  return { sets, removes: removes.map(([kind, id]) => `${kind}:${id}`) };
}

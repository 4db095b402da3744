import type { Transaction } from '@signalbox/shared/transaction';
import type { Batch, EncodedTransaction } from './store.ts';

export function encodeTransaction({ puts, ...rest }: Transaction): EncodedTransaction {
  const texts = puts.map((record) => JSON.stringify(record));
  return { text: `{"puts":[${texts.join(',')}],${JSON.stringify(rest).slice(1)}`, puts: texts };
}

/** The net effect of a batch on the records hash: alternating fields and values to set, and fields to remove. */
export function coalesceEncoded({ txs, encoded }: Pick<Batch, 'txs' | 'encoded'>): {
  sets: string[];
  removes: string[];
} {
  const last = new Map<string, string | undefined>();
  for (const [at, { puts, removes }] of txs.entries()) {
    for (const [kind, id] of removes) last.set(`${kind}:${id}`, undefined);
    for (const [n, { kind, id }] of puts.entries()) last.set(`${kind}:${id}`, encoded[at]?.puts[n]);
  }
  const sets: string[] = [];
  const removes: string[] = [];
  for (const [key, text] of last) {
    if (text === undefined) removes.push(key);
    else sets.push(key, text);
  }
  return { sets, removes };
}

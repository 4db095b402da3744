import { z } from 'zod';
import { digestOf } from './digest.ts';

const record = z.looseObject({ kind: z.string(), id: z.string(), rev: z.number() });
export type LogRecord = z.infer<typeof record>;

const transaction = z.object({
  seq: z.number(),
  clock: z.number(),
  actor: z.string(),
  command: z.string(),
  causedBy: z.string().optional(),
  puts: z.array(record),
  removes: z.array(z.tuple([z.string(), z.string()])),
});
const written = z.object({ txs: z.array(transaction).min(1) });

/** One entry of the log: what a hub wrote at once. */
export interface Entry {
  id: string;
  epoch: number;
  txs: z.infer<typeof transaction>[];
  /** Of its text. */
  digest: number;
}

/** As Redis has it. */
export interface RawEntry {
  id: string;
  message: Record<string, string>;
}

/** Throws, as a sentence, what is no entry. */
export function readEntry({ id, message }: RawEntry): Entry {
  const text = message.e ?? '';
  try {
    const { txs } = written.parse(JSON.parse(text));
    const [epoch, to] = id.split('-').map(Number);
    if (epoch === undefined || txs.at(-1)?.seq !== to) throw new Error(`it ends with seq ${txs.at(-1)?.seq}`);
    return { id, epoch, txs, digest: digestOf(text) };
  } catch (error) {
    throw new Error(`the log holds under ${id} what is no entry: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** The text of a record in Redis and a record of the log, when they are the same, have the same digest. */
export const contentDigest = (one: LogRecord): number => digestOf(JSON.stringify(one));

/** Undefined for what is no record. */
export function contentDigestOf(text: string): number | undefined {
  try {
    return contentDigest(record.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

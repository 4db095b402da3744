import type { Transaction } from '@signalbox/shared/transaction';
import { z } from 'zod';
import type { LogEntry } from './store.ts';

/** The transactions are our own writing and taken as they are, as those in the log. */
const logEntry = z.object({
  batchId: z.string(),
  node: z.string(),
  from: z.int(),
  to: z.int(),
  txs: z.array(z.custom<Transaction>()),
});

const tailMessage = z.object({
  project: z.string(),
  epoch: z.int(),
  /** Missing when it is too large to be sent around: who hears of it reads it from the store. */
  entry: z.exactOptional(logEntry),
  /** Seq after the entry. */
  to: z.int(),
});

/** What a node tells the others of an entry it has written. */
export interface TailMessage extends Omit<z.infer<typeof tailMessage>, 'entry'> {
  entry?: LogEntry;
}

/** Undefined for what no hub of this version sends. */
export function parseTail(text: string): TailMessage | undefined {
  try {
    const { entry, ...message } = tailMessage.parse(JSON.parse(text));
    return entry === undefined ? message : { ...message, entry: { ...entry, bytes: text.length } };
  } catch {
    return undefined;
  }
}

import type { AnyRecord } from '@signalbox/shared/records';
import type { Transaction } from '@signalbox/shared/transaction';
import { type KeptReceipt, receiptOf } from './receipts.ts';

/** Which history a node believes in: Redis's own run and the epoch it was adopted under. */
export interface Era {
  run: string;
  epoch: number;
}

/** A transaction as JSON. Its records are encoded once, for the log and for where they are kept. */
export interface EncodedTransaction {
  text: string;
  /** Of each of its puts, in their order. */
  puts: readonly string[];
}

/** One append: all transactions of a batch or, with none, a barrier that only proves the view is current. */
export interface Batch extends Era {
  batchId: string;
  /** The seq the batch was decided on. */
  base: number;
  /** Its commands have waited long: when another node was first, that one and all others are to let this one go ahead. */
  asksForTurn: boolean;
  txs: readonly Transaction[];
  encoded: readonly EncodedTransaction[];
}

export interface LogEntry {
  batchId: string;
  node: string;
  from: number;
  to: number;
  txs: Transaction[];
  /** Length of its JSON. */
  bytes: number;
}

/** Tells an entry from all others there ever were, also from those of another history. */
export interface LastEntry {
  /** Its own, or a later one. */
  epoch: number;
  /** Its `to`. */
  seq: number;
  batchId: string;
}

/** What a node that starts keeps of a log entry: its records are in the load, or were replaced since. */
export interface RecentEntry {
  clock: number;
  bytes: number;
  receipts: KeptReceipt[];
}

export type AppendAnswer =
  | { kind: 'ok' }
  /** Another node was first. The entries missed, oldest first; when there are `more`, {@link LedgerStore.entriesAfter}. */
  | { kind: 'conflict'; missed: LogEntry[]; more: boolean }
  /** It is another node's turn, for a few milliseconds: send the same batch again. */
  | { kind: 'wait' }
  /** Another run or epoch rules: adopt and load again. */
  | { kind: 'epoch' };

export const recentOf = ({ txs, bytes }: LogEntry): RecentEntry => ({
  clock: txs.at(-1)?.clock ?? 0,
  bytes,
  receipts: txs.flatMap((tx) => receiptOf(tx) ?? []),
});

export interface LoadedLedger extends Era {
  seq: number;
  /** Clock of the newest transaction. */
  clock: number;
  records: AnyRecord[];
  /** Of the newest entries of the log, oldest first, at least as far back as receipts are kept. */
  recent: RecentEntry[];
}

/** The outcome of a call is unknown: it may have been executed, or still be. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}
/** The store answered that it executed nothing (disk full, read only, still loading). */
export class StoreRefused extends Error {
  override name = 'StoreRefused';
}

/** The life of the project this store belongs to was deleted; its id may be that of a new project by now. */
export class LedgerRemoved extends Error {
  override name = 'LedgerRemoved';
  constructor() {
    super('the project was removed');
  }
}

/**
 * Where the ledger of one life of a project is kept: a project made anew under the id of a removed one is another, whose
 * life is a greater number. Two implementations, one contract suite. */
export interface LedgerStore {
  /** Appends all of the batch or nothing. Sending the same batch again is answered like the first time. */
  append(batch: Batch): Promise<AppendAnswer>;
  /** Makes sure that this run of the store has an epoch, newer than any known before; idempotent. Rejects with {@link LedgerRemoved}. */
  adopt(knownEpoch: number): Promise<Era>;
  /** Everything, as of one seq. Rejects with {@link LedgerRemoved}. */
  load(): Promise<LoadedLedger>;
  /** Log entries after `seq` of this epoch; undefined when the log no longer reaches back that far. */
  entriesAfter(era: Era, seq: number): Promise<LogEntry[] | undefined>;
  /**
   * What was written after this entry, whatever the epoch; undefined when the store has not got the entry: it lost it, or
   * its log no longer reaches back that far.
   */
  continuation(last: LastEntry): Promise<LogEntry[] | undefined>;
  /** The last batch this node appended, whatever the epoch. */
  lastBatchOf(node: string): Promise<string | undefined>;
  /** Deletes everything of this life and all before, for good: they can never be adopted again. Idempotent. */
  erase(): Promise<void>;
}

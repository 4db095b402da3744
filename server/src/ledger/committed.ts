import type { Transaction } from '@signalbox/shared/transaction';
import type { RecordChange } from '../domain/record-change.ts';

/** A committed transaction with what each of its records was before. */
export interface Committed {
  tx: Transaction;
  changes: RecordChange[];
  /** Each put of the transaction as JSON, in their order; of one that was heard they are not at hand. */
  puts?: readonly string[];
  /** Size of the encoded transaction; of one that was heard, its share of the entry. */
  bytes: number;
  /** Another node wrote it, and sees to what follows from it. */
  heard?: true;
}

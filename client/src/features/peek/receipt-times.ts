import type { ReceiptRecord, ReceiptState } from '@signalbox/shared/records/directive';

/** Every state that was reached with its time, first things first: each is its own evidence. */
export const receiptTimes = (receipt: Pick<ReceiptRecord, 'times'>): { state: string; at: number }[] =>
  Object.entries(receipt.times)
    .map(([state, at]) => ({ state, at, rank: EVIDENCE.indexOf(state) }))
    .sort((a, b) => a.at - b.at || a.rank - b.rank)
    .map(({ state, at }) => ({ state, at }));

/** Breaks ties of the same millisecond. */
const EVIDENCE: readonly string[] = [
  'queued',
  'delivered',
  'read',
  'acknowledged',
  'declined',
  'done',
  'failed',
  'expired',
] satisfies ReceiptState[];

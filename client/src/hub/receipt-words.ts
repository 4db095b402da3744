import type { ReceiptRecord, ReceiptState } from '@signalbox/shared/records/directive';
import { formatTime } from './format.ts';

/** From no evidence to the outcome; each stands only for what was really confirmed. */
export const RECEIPTS: Record<ReceiptState, { glyph: string; word: string; meaning: string; settled: boolean }> = {
  queued: { glyph: '◌', word: 'queued', meaning: 'stored by the hub', settled: false },
  delivered: { glyph: '◔', word: 'delivered', meaning: 'the process of the agent has it', settled: false },
  read: { glyph: '◑', word: 'read', meaning: 'in a turn of the model', settled: false },
  acknowledged: { glyph: '●', word: 'acknowledged', meaning: 'the agent said that it will', settled: true },
  done: { glyph: '✓', word: 'done', meaning: 'the agent reported the outcome', settled: true },
  declined: { glyph: '✕', word: 'declined', meaning: 'the agent said that it will not', settled: true },
  failed: { glyph: '✕', word: 'failed', meaning: 'the agent could not', settled: true },
  expired: { glyph: '✕', word: 'expired', meaning: 'its time passed; it is not obeyed any more', settled: true },
};

/** The furthest first in the bar and in the counts. */
export const RECEIPT_ORDER: readonly ReceiptState[] = [
  'done',
  'acknowledged',
  'read',
  'delivered',
  'queued',
  'declined',
  'failed',
  'expired',
];
/** Those that are missing first in the list of recipients: they are what a person looks for. */
export const MISSING_FIRST: readonly ReceiptState[] = [
  'failed',
  'declined',
  'expired',
  'queued',
  'delivered',
  'read',
  'acknowledged',
  'done',
];

/** What it is worth. */
export const EFFECT = 'the first thing it did on this after it had acknowledged: proof that more than words followed';
/** `then task.progress 14:02`: the first thing the recipient did on the matter after it had acknowledged. */
export const effectWords = ({ command, at }: Effect): string => `then ${command} ${formatTime(at)}`;
type Effect = NonNullable<ReceiptRecord['effect']>;

/** `5 of 6 acknowledged · 1 queued`; done counts as acknowledged too. */
export function countWords(counts: Partial<Record<ReceiptState, number>>, recipients: number): string {
  const parts = RECEIPT_ORDER.filter((state) => (counts[state] ?? 0) > 0).map(
    (state) => `${counts[state]} ${RECEIPTS[state].word}`,
  );
  return `${parts.join(' · ')}${parts.length === 0 ? `0 of ${recipients}` : ` of ${recipients}`}`;
}

import { RECEIPT_STATES } from '@signalbox/shared/records/directive';
import { expect, test } from 'vitest';
import { countWords, MISSING_FIRST, RECEIPT_ORDER } from './receipt-words.ts';
import { visibleText } from './visible-text.ts';

test('every receipt state has its place in both orders', () => {
  expect([...RECEIPT_ORDER].sort()).toEqual([...RECEIPT_STATES].sort());
  expect([...MISSING_FIRST].sort()).toEqual([...RECEIPT_STATES].sort());
});

test.each([
  [{}, 3, '0 of 3'],
  [{ queued: 3 }, 3, '3 queued of 3'],
  [{ queued: 1, acknowledged: 9, read: 1, delivered: 1 }, 12, '9 acknowledged · 1 read · 1 delivered · 1 queued of 12'],
])('receipts %o of %i read: %s', (counts, recipients, words) => {
  expect(countWords(counts, recipients)).toBe(words);
});

test('text of agents cannot colour, hide or turn itself', () => {
  expect(visibleText('\u001b[31mred\u001b[0m')).toBe('red');
  expect(visibleText('a\u202eb\u200bc')).toBe('a‹U+202E›b‹U+200B›c');
  expect(visibleText('line\nbreak\ttab é 漢')).toBe('line\nbreak\ttab é 漢');
});

import { expect, test } from 'vitest';
import { AGING_STEP_MS, isBefore, type Place, reasonKey, weightOf } from './market.ts';

const NOW = 1_800_000_000_000;
type Priority = Parameters<typeof weightOf>[0]['priority'];
let number = 0;
const place = (priority: Priority, ageMs: number): Place => {
  number++;
  return { weight: weightOf({ priority, createdAt: NOW - ageMs }), number, id: `T-${number}` };
};

test.each<[string, Place, Place]>([
  ['a new critical one before a low one that has waited for a year', place(1, 0), place(4, 365 * 86_400_000)],
  ['of critical ones the one made first', place(1, 0), place(1, 9_999)],
  ['of the same priority the older', place(2, 2), place(2, 1)],
  ['a high one before a normal one that is not half an hour older', place(2, 0), place(3, AGING_STEP_MS - 1)],
  ['a normal one that is more than half an hour older before a high one', place(3, AGING_STEP_MS + 1), place(2, 0)],
  ['a low one that is more than an hour older before a high one', place(4, 2 * AGING_STEP_MS + 1), place(2, 0)],
  ['all else equal the one made first', place(3, 0), place(3, 0)],
])('[AS6] %s', (_, first, second) => {
  expect([isBefore(first, second), isBefore(second, first)]).toEqual([true, false]);
});

test('a reason is told from another and from none', () => {
  const keys = [undefined, { code: 'LOCK', on: 'L-1' } as const, { code: 'LOCK', on: 'L-2' } as const].map(reasonKey);
  expect(keys).toEqual(['', 'LOCK L-1', 'LOCK L-2']);
});

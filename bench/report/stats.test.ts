import { expect, test } from 'vitest';
import { compare, median, percentile, rangeOf } from './stats.ts';

test('the median is the middle value, whatever the order, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow('a median of nothing');
});

test('a percentile is a value that was measured: the one that this share does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
  expect(percentile([3], 0.01)).toBe(3);
  expect(() => percentile([], 0.5)).toThrow('a percentile of nothing');
});

test('the ratio is the median of the pairs, so that one slow minute of the machine does not count', () => {
  const pairs = [
    { ours: 10, reference: 10 },
    { ours: 12, reference: 10 },
    { ours: 1, reference: 10 },
    { ours: 55, reference: 50 },
    { ours: 60, reference: 50 },
  ];
  expect(compare(pairs)).toEqual({
    value: 12,
    reference: 10,
    ratio: 1.1,
    spread: { lowest: 0.1, highest: 1.2 },
  });
});

test('the spread is from the lowest to the highest', () => {
  expect(rangeOf([3, 1, 2])).toEqual({ lowest: 1, highest: 3 });
});

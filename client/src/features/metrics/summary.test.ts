import { expect, test } from 'vitest';
import { BUCKET_MS, RANGES, refreshEveryMs } from './looks.ts';
import { restartsIn } from './summary.ts';

const series = { fromAt: 1_000, bucketMs: 100, values: { done: [1, null, 2], failed: [null, null, null] } };

test('marks the restarts inside the range, oldest first', () => {
  expect(restartsIn(series, [1_250, 999, 1_000, 1_300])).toEqual([1_000, 1_250]);
});

test('asks again when a bucket closes, but not more than once a second and never leaves the open one standing', () => {
  expect(RANGES.map(refreshEveryMs)).toEqual([5_000, 20_000, 20_000, 20_000]);
});

test('every range is 180 buckets wide', () => {
  const minutes = { '15m': 15, '1h': 60, '6h': 360, '24h': 1_440 };
  for (const range of RANGES) expect((minutes[range] * 60_000) / BUCKET_MS[range]).toBe(180);
});

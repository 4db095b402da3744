import { expect, test } from 'vitest';
import { current, hasValues, sumOf, type TimeSeries, topOf, toRows, withoutFlatZeros } from './time-series.ts';

const series: TimeSeries = { fromAt: 1_000, bucketMs: 10, values: { done: [1, null, 3, 2], failed: [0, null, 2, 1] } };

test('a bucket that was not measured stays null in its row', () => {
  expect(toRows(series, ['done', 'failed'], false)[1]).toEqual({
    at: 1_010,
    closed: { done: null, failed: null },
    open: {},
  });
});

test('the last bucket is open and stands apart from the closed ones', () => {
  const rows = toRows(series, ['done'], false);
  expect(rows.map((row) => row.closed.done)).toEqual([1, null, 3, undefined]);
  expect(rows.map((row) => row.open.done)).toEqual([undefined, undefined, undefined, 2]);
});

test('joined, the open part starts at the last closed bucket', () => {
  expect(toRows(series, ['done'], true).map((row) => row.open.done)).toEqual([undefined, undefined, 3, 2]);
});

test('a series that has nothing to measure any more has no value as of now beside one that has', () => {
  const queue = { ...series, values: { queued: [3, 1, 0], oldestWaitMs: [58_000, 57_000, null] } };
  expect([current(queue, 'queued'), current(queue, 'oldestWaitMs')]).toEqual([0, null]);
  const young = { ...series, values: { queued: [3, 1, null], oldestWaitMs: [58_000, 57_000, null] } };
  expect([current(young, 'queued'), current(young, 'oldestWaitMs')]).toEqual([1, 57_000]);
});

test('the value as of now is that of the open bucket or the one before, never an older one', () => {
  expect(current(series, 'done')).toBe(2);
  expect(current({ ...series, values: { done: [4, null] } }, 'done')).toBe(4);
  expect(current({ ...series, values: { done: [4, null, null] } }, 'done')).toBeNull();
  expect(current(series, 'nothing')).toBeNull();
});

test('tells a measured 0 from nothing measured', () => {
  expect(hasValues({ ...series, values: { done: [null, 0] } }, ['done'])).toBe(true);
  expect(hasValues({ ...series, values: { done: [null, null] } }, ['done'])).toBe(false);
});

test('the top is a sum where series lie on one another', () => {
  expect(topOf(series, ['done', 'failed'], false)).toBe(3);
  expect(topOf(series, ['done', 'failed'], true)).toBe(5);
});

test('sums what was measured; nothing measured is not 0', () => {
  expect(sumOf(series, 'done')).toBe(6);
  expect(sumOf({ ...series, values: { done: [null, null] } }, 'done')).toBeNull();
  expect(sumOf(series, 'unknown')).toBeNull();
});

test('an upper layer of a stack leaves out zeros between zeros, the lowest keeps them', () => {
  const stack = { ...series, values: { working: [0, 0, 0, null, 2], lost: [0, 0, 1, null, 0] } };
  expect(withoutFlatZeros(stack, ['working', 'lost']).values).toEqual({
    working: [0, 0, 0, null, 2],
    lost: [null, 0, 1, null, null],
  });
});

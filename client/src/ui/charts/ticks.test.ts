import { describe, expect, test } from 'vitest';
import { durationTicks, timeTicks, valueTicks } from './ticks.ts';

const MINUTE = 60_000;

describe('time ticks', () => {
  test.each([
    ['15 minutes', 15, 5],
    ['1 hour', 60, 10],
    ['6 hours', 360, 60],
    ['24 hours', 1_440, 240],
  ])('%s: at most 7, at a round distance', (_, minutes, step) => {
    const from = new Date(2026, 2, 4, 14, 2, 10).getTime();
    const ticks = timeTicks(from, from + minutes * MINUTE, 7);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(new Set(ticks.slice(1).map((at, i) => (at - (ticks[i] ?? 0)) / MINUTE))).toEqual(new Set([step]));
    expect(ticks.every((at) => new Date(at).getSeconds() === 0)).toBe(true);
  });

  test('four-hour steps stand on local hours divisible by four', () => {
    const from = new Date(2026, 2, 4, 14, 2, 10).getTime();
    expect(timeTicks(from, from + 1_440 * MINUTE, 7).map((at) => new Date(at).getHours() % 4)).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe('value ticks', () => {
  test.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [6, [0, 2, 4, 6]],
    [9, [0, 5, 10]],
    [47, [0, 20, 40, 60]],
    [100, [0, 25, 50, 75, 100]],
  ])('up to %s', (top, expected) => {
    expect(valueTicks(top)).toEqual(expected);
  });
});

describe('duration ticks', () => {
  test.each([
    ['nothing', 0, [0, 1]],
    ['20 s', 20, [0, 5, 10, 15, 20]],
    ['90 s', 90, [0, 60, 120]],
    ['4 m', 240, [0, 60, 120, 180, 240]],
    ['3 d', 3 * 86_400, [0, 86_400, 2 * 86_400, 3 * 86_400]],
  ])('up to %s', (_, top, expected) => {
    expect(durationTicks(top * 1_000).map((ms) => ms / 1_000)).toEqual(expected);
  });
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LoopLag } from './loop-lag.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function lag() {
  let now = 0;
  const looked = new LoopLag(() => now);
  /** The next look comes this late. */
  const lookAfter = (lateMs: number): void => {
    now += 50 + lateMs;
    vi.advanceTimersByTime(50);
  };
  return { looked, lookAfter };
}

test('three late looks in a row are more than the loop can do, one in time is enough again', () => {
  const { looked, lookAfter } = lag();
  lookAfter(600);
  lookAfter(600);
  expect(looked.isBehind).toBe(false);
  lookAfter(600);
  expect(looked.isBehind).toBe(true);
  lookAfter(20);
  expect(looked.isBehind).toBe(false);
});

test('a pause of the whole process, however long, is no load', () => {
  const { looked, lookAfter } = lag();
  for (let pause = 0; pause < 5; pause++) {
    lookAfter(20_000);
    lookAfter(10);
    expect(looked.isBehind).toBe(false);
  }
});

import { expect, test } from 'vitest';
import { WindowBudget } from './window-budget.ts';

const MINUTE = 60_000;

test('half of a window may be spent at once, the rest evenly', () => {
  const budget = new WindowBudget(1_000);
  budget.spend(0, 500);
  expect(budget.isOverdrawn(0)).toBe(false);
  budget.spend(0, 100);
  expect([0, 1, 2, 3].map((minute) => budget.isOverdrawn(minute * MINUTE))).toEqual([true, true, false, false]);
});

test('whatever is sent, no ten minutes hold more than two windows, and it always goes on', () => {
  const budget = new WindowBudget(1_000_000);
  const written: { clock: number; bytes: number }[] = [];
  let longestWait = 0;
  let last = 0;
  for (let clock = 0; clock < 60 * MINUTE; clock += 100) {
    if (budget.isOverdrawn(clock)) continue;
    budget.spend(clock, 2_000);
    written.push({ clock, bytes: 2_000 });
    longestWait = Math.max(longestWait, clock - last);
    last = clock;
  }
  for (let from = 0; from < 60 * MINUTE; from += MINUTE) {
    const within = written.filter(({ clock }) => clock >= from && clock < from + 10 * MINUTE);
    expect(within.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(2_004_000);
  }
  expect(longestWait).toBeLessThan(5_000);
});

test('a budget that nothing was spent of is never overdrawn', () => {
  expect([0, 1e9].map((clock) => new WindowBudget().isOverdrawn(clock))).toEqual([false, false]);
});

import { expect, test } from 'vitest';
import { evenly } from './schedule.ts';

test('requests are due evenly, the first at once', () => {
  const { total, dueAt } = evenly(5_000, 4);
  expect(total).toBe(20_000);
  expect([0, 1, 5, 19_999].map(dueAt)).toEqual([0, 0.2, 1, 3_999.8]);
});

test('a generator that was held up finds all it owes due, each at its own time, and never more than there are', () => {
  const { dueBy, dueAt } = evenly(1_000, 1);
  expect([-1, 0, 0.9, 1, 250.5, 5_000].map(dueBy)).toEqual([0, 1, 1, 2, 251, 1_000]);
  expect(dueAt(250)).toBe(250);
});

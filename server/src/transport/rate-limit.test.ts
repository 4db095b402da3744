import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

const RATE = { perSecond: 1_000, burst: 2_000 };

const takeMany = (limit: RateLimit, actor: string, count: number): number =>
  Array.from({ length: count }, () => limit.take(actor)).filter((afterMs) => afterMs === 0).length;

test('2,000 at once, then 1,000 a second, for each actor', () => {
  let now = 0;
  const limit = new RateLimit(RATE, () => now);
  expect(takeMany(limit, 'alice', 3_000)).toBe(2_000);
  expect(takeMany(limit, 'bob', 10)).toBe(10);
  expect(limit.take('alice')).toBe(1);
  now += 500;
  expect(takeMany(limit, 'alice', 1_000)).toBe(500);
  now += 60_000;
  expect(takeMany(limit, 'alice', 3_000)).toBe(2_000);
});

test('who draws all the time is never forgotten, however many others come and go', () => {
  let now = 0;
  const limit = new RateLimit(RATE, () => now);
  takeMany(limit, 'alice', 2_000);
  for (let i = 0; i < 20_000; i++) {
    limit.take(`agent-${i}`);
    if (i % 10 === 0) now += 2;
    if (i % 100 === 0) takeMany(limit, 'alice', 20);
  }
  expect(takeMany(limit, 'alice', 2_000)).toBeLessThan(30);
});

test('whoever has gone is forgotten when its bucket is full again, so that a flood of names costs no memory for long', () => {
  let now = 0;
  const limit = new RateLimit(RATE, () => now);
  for (let i = 0; i < 100_000; i++) limit.take(`agent-${i}`);
  expect(limit.size).toBe(100_000);
  now += 2_000;
  limit.take('alice');
  expect(limit.size).toBe(100_001);
  now += 2_000;
  limit.take('alice');
  expect(limit.size).toBe(1);
  now += 60_000;
  limit.take('bob');
  expect(limit.size).toBe(1);
});

test('a bucket that is forgotten was full', () => {
  let now = 0;
  const limit = new RateLimit(RATE, () => now);
  now += 1_999;
  takeMany(limit, 'alice', 2_000);
  now += 1;
  limit.take('bob');
  now += 1_000;
  expect(takeMany(limit, 'alice', 2_000)).toBeLessThanOrEqual(1_001);
});

import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

const takeMany = (limit: RateLimit, actor: string, count: number): number =>
  Array.from({ length: count }, () => limit.take(actor)).filter((afterMs) => afterMs === 0).length;

test('2,000 at once, then 1,000 a second, for each actor', () => {
  let now = 0;
  const limit = new RateLimit(() => now);
  expect(takeMany(limit, 'alice', 3_000)).toBe(2_000);
  expect(takeMany(limit, 'bob', 10)).toBe(10);
  expect(limit.take('alice')).toBe(1);
  now += 500;
  expect(takeMany(limit, 'alice', 1_000)).toBe(500);
  now += 60_000;
  expect(takeMany(limit, 'alice', 3_000)).toBe(2_000);
});

test('actors that have gone are forgotten, those that draw are not', () => {
  let now = 0;
  const limit = new RateLimit(() => now);
  takeMany(limit, 'alice', 2_000);
  for (let i = 0; i < 20_000; i++) {
    limit.take(`agent-${i}`);
    if (i % 1_000 === 0) now += 10;
  }
  expect(takeMany(limit, 'alice', 2_000)).toBeLessThan(300);
});

import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';
import { Random } from './random.ts';

test.each([0.5, 0.99, 1])('the share %d of many durations is at most 2 %% too high, and never too low', (share) => {
  const random = new Random(1);
  const histogram = new Histogram();
  const all = Array.from({ length: 5_000 }, () => random.between(0.05, 20) ** 3).sort((a, b) => a - b);
  for (const ms of all) histogram.add(ms);
  const exact = all[Math.ceil(all.length * share) - 1] ?? 0;
  const found = histogram.quantile(share) ?? 0;
  expect(found / exact).toBeGreaterThanOrEqual(1 - 1e-9);
  expect(found / exact).toBeLessThan(1.02 + 1e-9);
  expect(histogram.count).toBe(5_000);
});

test('of nothing nothing is known', () => {
  expect(new Histogram().quantile(0.5)).toBeUndefined();
});

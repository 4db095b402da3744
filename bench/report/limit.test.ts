import { expect, test } from 'vitest';
import { busyIn, busyText, limitOf } from './limit.ts';

const quiet = { server: 0.1, redis: 0.1, generator: 0.1, others: 0.02 };

test('shares of a core are CPU time over time; the others have what is left of the machine', () => {
  const outcome = { done: 1, elapsedMs: 2_000, cpuMs: [1_900, 500], generatorCpuMs: 1_000, machineCpuMs: 3_600 };
  expect(busyIn(outcome)).toEqual({ server: 0.95, redis: 0.25, generator: 0.5, others: 0.1 });
  expect(busyText(busyIn(outcome))).toBe('server 95 %, Redis 25 %, load 50 %, others 10 % of a core');
  expect(busyIn({ ...outcome, machineCpuMs: 3_390 }).others).toBe(0);
});

test.each([
  ['the server', { ...quiet, server: 0.97 }, true],
  ['the server', { ...quiet, server: 0.95, redis: 0.4, generator: 0.6 }, true],
  ['the load generator', { ...quiet, generator: 0.98 }, true],
  ['Redis', { ...quiet, redis: 0.95 }, false],
  ['the core that the load generator shares with Redis', { ...quiet, redis: 0.4, generator: 0.55 }, true],
  ['waiting (disk, or the other parts)', { ...quiet, redis: 0.4, generator: 0.55 }, false],
  ['other programs on this machine', { ...quiet, server: 0.5, others: 0.9 }, true],
  ['the server', { ...quiet, server: 0.92, others: 0.9 }, true],
] as const)('%s', (limit, busy, shared) => {
  expect(limitOf(busy, shared)).toBe(limit);
});

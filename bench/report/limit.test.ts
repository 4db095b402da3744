import { expect, test } from 'vitest';
import { busyIn, limitOf } from './limit.ts';

const idle = { server: 0.1, redis: 0.1, generator: 0.1 };

test('shares of a core are CPU time over time', () => {
  const outcome = { done: 1, elapsedMs: 2_000, cpuMs: [1_900, 500], generatorCpuMs: 1_000 };
  expect(busyIn(outcome)).toEqual({ server: 0.95, redis: 0.25, generator: 0.5 });
});

test.each([
  ['the server', { ...idle, server: 0.97 }, true],
  ['the server', { server: 0.95, redis: 0.4, generator: 0.6 }, true],
  ['the load generator', { ...idle, generator: 0.98 }, true],
  ['Redis', { ...idle, redis: 0.95 }, false],
  ['the core that the load generator shares with Redis', { server: 0.7, redis: 0.4, generator: 0.55 }, true],
  ['waiting (disk, or the other parts)', { server: 0.7, redis: 0.4, generator: 0.55 }, false],
] as const)('%s', (limit, busy, shared) => {
  expect(limitOf(busy, shared)).toBe(limit);
});

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Durability } from './durability.ts';
import { startTestRedis, type TestRedis } from './test-redis.ts';

let redis: TestRedis;
let client: Redis;
beforeAll(async () => {
  redis = await startTestRedis();
  client = await redis.client();
});
afterAll(() => redis.close());

test.each([
  { appendonly: 'yes', appendfsync: 'always', level: 'always' },
  { appendonly: 'yes', appendfsync: 'everysec', level: 'everysec' },
  { appendonly: 'yes', appendfsync: 'no', level: 'no' },
  { appendonly: 'no', appendfsync: 'always', level: 'memory' },
  { 'no-appendfsync-on-rewrite': 'yes', level: 'no' },
  { maxmemory: '1gb', 'maxmemory-policy': 'noeviction', level: 'always' },
  { maxmemory: '1gb', 'maxmemory-policy': 'allkeys-lru', level: 'evicts' },
  { maxmemory: '0', 'maxmemory-policy': 'allkeys-lru', level: 'always' },
])('says $level: %o', async ({ level, ...settings }) => {
  const usual = { appendonly: 'yes', appendfsync: 'always', 'no-appendfsync-on-rewrite': 'no', maxmemory: '0' };
  for (const [name, value] of Object.entries({ ...usual, ...settings })) await client.config('SET', name, value);
  const durability = await Durability.open(client);
  expect(durability.level).toBe(level);
  durability.close();
});

test('is read again: who changes it is noticed, and so is another Redis in its place', async () => {
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  const told: string[] = [];
  let next = (_level: string): void => {};
  const change = (): Promise<string> => new Promise((resolve) => (next = resolve));
  const onChange = (level: string): void => {
    told.push(level);
    next(level);
  };
  const durability = await Durability.open(client, { everyMs: 20, onChange });
  const weaker = change();
  await client.config('SET', 'appendfsync', 'no');
  expect(await weaker).toBe('no');
  durability.close();
  const patient = await Durability.open(client, { everyMs: 3_600_000, onChange });
  expect(patient.level).toBe('no');
  const back = change();
  // Started again it has the settings it was started with.
  await redis.kill();
  expect(await back).toBe('always');
  expect(patient.level).toBe('always');
  expect(told).toEqual(['no', 'always']);
  patient.close();
});

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
])('says $level for appendonly $appendonly with appendfsync $appendfsync', async ({ level, ...settings }) => {
  for (const [name, value] of Object.entries(settings)) await client.config('SET', name, value);
  const durability = await Durability.open(client);
  expect(durability.level).toBe(level);
  durability.close();
});

test('is read again: who changes it is noticed, and so is another Redis in its place', async () => {
  await client.config('SET', 'appendonly', 'yes');
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

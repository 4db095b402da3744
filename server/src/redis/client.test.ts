import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedisClient } from './client.ts';
import { startTestRedis, type TestRedis } from './test-redis.ts';
import { Wire } from './testing/wire.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server?.close());

test('a connection that stands but leads nowhere is given up, and a new one is fine', async () => {
  const wire = await Wire.to(server.redis.socketPath);
  const redis = createRedisClient({ socketPath: wire.socketPath });
  redis.on('error', () => {});
  await redis.connect();
  expect(await redis.ping()).toBe('PONG');
  const again = new Promise<void>((resolve) => redis.once('close', () => redis.once('ready', resolve)));
  wire.swallow();
  // Whoever asks meanwhile has an answer before that.
  await expect(redis.ping()).rejects.toThrow('Command timed out');
  await again;
  expect([await redis.ping(), wire.made]).toEqual(['PONG', 2]);
  redis.disconnect();
  await wire.close();
});

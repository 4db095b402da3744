import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { createRedisClient } from './client.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from './embedded.ts';

export interface TestRedis {
  readonly redis: EmbeddedRedis;
  /** A connected client as the hub makes it. */
  client(): Promise<Redis>;
  /** Kills Redis with -9; it comes back on the same data. Resolves when every client is connected again. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A private Redis for one test file, with everything the product's own has. */
export async function startTestRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'sb-redis-'));
  const redis = await startEmbeddedRedis({
    dataDir: folder,
    server: process.env.SIGNALBOX_REDIS_SERVER ?? 'redis-server',
    lib: process.env.SIGNALBOX_REDIS_LIB,
  });
  const clients: Redis[] = [];
  return {
    redis,
    async client() {
      const client = createRedisClient({ socketPath: redis.socketPath });
      // A lost connection is what some tests are about; they see it in what their calls answer.
      client.on('error', () => {});
      await client.connect();
      clients.push(client);
      return client;
    },
    async kill() {
      const pid = redis.pid();
      if (pid === undefined) throw new Error('Redis does not run');
      const ready = clients
        .filter(({ status }) => status === 'ready')
        .map((client) => new Promise<void>((resolve) => client.once('close', () => client.once('ready', resolve))));
      process.kill(pid, 'SIGKILL');
      await Promise.all(ready);
    },
    async close() {
      for (const client of clients) client.disconnect();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

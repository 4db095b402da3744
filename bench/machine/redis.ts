import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { redisEnvironment } from '@signalbox/server/redis/embedded-binary';
import { Redis } from 'ioredis';
import type { Children } from './children.ts';

const BINARY = {
  server: process.env.SIGNALBOX_REDIS_SERVER ?? 'redis-server',
  lib: process.env.SIGNALBOX_REDIS_LIB,
};

export type Durability = 'none' | 'always';

/** The same that the hub gives its own Redis, or no file at all. */
const FILES: Record<Durability, readonly string[]> = {
  none: ['--appendonly', 'no'],
  always: ['--appendonly', 'yes', '--appendfsync', 'always'],
};

export interface PrivateRedis {
  pid: number;
  socketPath: string;
  stop(): Promise<void>;
}

interface RedisOptions {
  folder: string;
  durability: Durability;
  core: number | undefined;
  /** Of loopback, for a hub that was told an address. */
  port?: number;
}

/** A Redis for the reference: on a unix socket like the hub's own, in a folder of the bench. */
export async function startRedis(
  children: Children,
  { folder, durability, core, port = 0 }: RedisOptions,
): Promise<PrivateRedis> {
  await mkdir(folder, { recursive: true });
  const socketPath = join(folder, 'redis.sock');
  const args = [
    '--port',
    String(port),
    '--unixsocket',
    socketPath,
    '--dir',
    folder,
    '--save',
    '',
    ...FILES[durability],
  ];
  const child = children.start(BINARY.server, args, { core, env: redisEnvironment(BINARY) });
  const client = connectRedis(socketPath);
  await client.ping();
  client.disconnect();
  if (child.pid === undefined) throw new Error(`${BINARY.server} did not start`);
  return { pid: child.pid, socketPath, stop: () => children.end(child) };
}

/** For questions about it; waits while it starts. */
export const connectRedis = (socketPath: string): Redis =>
  new Redis({ path: socketPath, retryStrategy: () => 20, maxRetriesPerRequest: 250 }).on('error', () => {});

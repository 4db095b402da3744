import type { Redis } from 'ioredis';

/** What an acknowledged write is worth: read back from Redis, not from what we asked for. */
export async function readDurability(redis: Redis): Promise<string> {
  const info = await redis.info();
  const field = (name: string): string => info.match(new RegExp(`^${name}:(.*)$`, 'm'))?.[1]?.trim() ?? '';
  const [, fsync = ''] = (await redis.config('GET', 'appendfsync').catch(() => [])) as string[];
  const level =
    field('aof_enabled') !== '1' ? 'memory' : fsync === 'always' || fsync === 'everysec' ? fsync : 'unknown';
  return Number(field('connected_slaves')) > 0 ? `${level}, failover may lose the replication lag` : level;
}

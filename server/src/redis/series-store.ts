import type { Redis } from 'ioredis';
import { ledgerKeys } from './keys.ts';

/** Metric series of a project in a hash of their own: derived data, not part of the ledger. */
export const redisSeriesStore = (redis: Redis, project: string) => ({
  load: (): Promise<Record<string, string>> => redis.hgetall(ledgerKeys(project).series),
  save: async (fields: Record<string, string>): Promise<void> => {
    await redis.hset(ledgerKeys(project).series, fields);
  },
});

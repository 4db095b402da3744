import type { Redis } from 'ioredis';
import type { SeriesStore } from '../metrics/recorder.ts';
import { seriesKey } from './keys.ts';

/** Metric series of a project in a hash of their own: derived data, not part of the ledger. */
export const redisSeriesStore = (redis: Redis, project: string): SeriesStore => ({
  load: () => redis.hgetall(seriesKey(project)),
  save: async (fields) => {
    await redis.hset(seriesKey(project), fields);
  },
});

import type { Redis } from 'ioredis';
import { ledgerKeys } from './keys.ts';

/** The log of a project, backwards: what the history is read from. */
export const redisLogSource = (redis: Redis, project: string) => ({
  newestFirst: async (before: string | undefined, count: number): Promise<{ id: string; text: string }[]> => {
    const from = before === undefined ? '+' : `(${before}`;
    const entries = await redis.xrevrange(ledgerKeys(project).log, from, '-', 'COUNT', count);
    return entries.map(([id, fields]) => ({ id, text: fields[1] ?? '' }));
  },
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { READY_KEY } from './keys.ts';

/** Everybody may ask, and an answer costs a write: who asks sooner waits for the next one. */
const ASK_EVERY_MS = 250;

/**
 * Does Redis take writes? A connection may stand while nothing answers, and a full disk, a full memory or a failover
 * leave one that only reads. Only a write can tell. Resolves within the time a command may take, and never rejects.
 */
export function redisReady(redis: Pick<Redis, 'set'>, monotonic = () => performance.now()): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let next: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    await delay(Math.max(0, askedAt + ASK_EVERY_MS - monotonic()));
    // Whoever asks from here on hears of a later moment.
    next = undefined;
    askedAt = monotonic();
    return redis.set(READY_KEY, '1').then(
      () => true,
      () => false,
    );
  };
  return () => {
    next ??= ask();
    return next;
  };
}

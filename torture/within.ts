import { setTimeout as delay } from 'node:timers/promises';

/** What is done, or, after so long, an error with the sentence of `what` was not reached. */
export async function within<T>(ms: number, what: string, done: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`it was not reached within ${ms / 1_000} s that ${what}`);
  });
  // Not late any more: nobody wants to know.
  late.catch(() => {});
  return Promise.race([done, late]).finally(() => over.abort());
}

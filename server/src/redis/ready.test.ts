import { expect, test } from 'vitest';
import { redisReady } from './ready.ts';

test('a write tells, always a new one, and at most four times a second whoever asks', async () => {
  const writtenAt: number[] = [];
  let takes = true;
  const ready = redisReady({
    set: () => {
      writtenAt.push(performance.now());
      return takes ? Promise.resolve('OK' as const) : Promise.reject(new Error('READONLY'));
    },
  });
  expect(await ready()).toBe(true);
  takes = false;
  expect(await Promise.all([ready(), ready(), ready()])).toEqual([false, false, false]);
  expect(writtenAt.length).toBe(2);
  const [first = 0, second = 0] = writtenAt;
  // A timer leaves out the part of a millisecond, and may be another one early.
  expect(second - first).toBeGreaterThanOrEqual(247);
});

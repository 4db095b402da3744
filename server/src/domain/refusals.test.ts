import type { ErrorBody } from '@signalbox/shared/errors';
import { describe, expect, test } from 'vitest';
import { FAST_MS, SAME_REFUSALS, SLOWED_MS, STOPPED_AFTER_MS } from './loop-times.ts';
import { type Asked, Refusals } from './refusals.ts';

const NO: ErrorBody = { code: 'NOT_FOUND', message: 'There is none.' };
const asks = (command: string, input = 'x', agentId = 'alice'): Asked => ({
  agentId,
  command,
  input,
  key: () => `${command} ${input}`,
});
const START = asks('task.start');
const CLAIM = asks('lock.claim');

/** What was refused again and again at once; the last time at `at`. */
function stuck(of: readonly Asked[], { at = 0, refusals = new Refusals() } = {}): Refusals {
  for (const asked of of) for (let times = 0; times < SAME_REFUSALS; times++) refusals.refused(asked, NO, at);
  return refusals;
}
const waits = (refusals: Refusals, of: readonly Asked[], now = 0) => of.map((asked) => refusals.waitMs(asked, now));

describe('what counts as the same again', () => {
  /** Which time was one too many, if any was. */
  const firstSlowed = (everyMs: number, error: ErrorBody): number | undefined => {
    const refusals = new Refusals();
    for (let times = 1; times <= 2 * SAME_REFUSALS; times++)
      if (refusals.refused(START, error, times * everyMs) !== undefined) return times;
    return undefined;
  };
  const after = (afterMs: number): ErrorBody => ({ ...NO, retry: { afterMs } });

  test.each<[string, number, ErrorBody, number | undefined]>([
    ['at once', 0, NO, SAME_REFUSALS],
    ['with so long in between as is still fast, however long it takes in all', FAST_MS, NO, SAME_REFUSALS],
    ['with longer in between', FAST_MS + 1, NO, undefined],
    ['having waited as long as it was told', 1_000, after(1_000), undefined],
    ['having waited a little less', 999, after(1_000), SAME_REFUSALS],
  ])('[LB3] %s', (_, everyMs, error, expected) => {
    expect(firstSlowed(everyMs, error)).toBe(expected);
  });

  test('[LB3] a circle of four commands is noticed, one of five is not', () => {
    const noticed = (size: number): number => {
      const refusals = new Refusals();
      let found = 0;
      for (let turn = 0; turn < SAME_REFUSALS * size; turn++)
        if (refusals.refused(asks('task.start', `T-${turn % size}`), NO, turn) !== undefined) found++;
      return found;
    };
    expect([1, 2, 4, 5].map(noticed)).toEqual([1, 2, 4, 0]);
  });

  test('[LB3] who is slowed and comes back patiently is the same still', () => {
    const refusals = stuck([START]);
    const told: ErrorBody = { ...NO, retry: { afterMs: 10 } };
    expect(refusals.refused(START, told, 100)).toBeUndefined();
    expect(refusals.refused(START, told, 200)).toBeUndefined();
    expect(refusals.waitMs(START, 200)).toBe(SLOWED_MS);
  });
});

describe('of several loops of one agent', () => {
  test('[LB3] each is held up, and nothing else is', () => {
    const refusals = stuck([START, CLAIM]);
    for (const once of [asks('task.fail'), asks('task.start', 'other')]) refusals.refused(once, NO, 0);
    const asked = [START, CLAIM, asks('task.start', 'other'), asks('task.fail'), asks('lock.claim', 'x', 'bob')];
    expect(waits(refusals, asked)).toEqual([SLOWED_MS, SLOWED_MS, 0, 0, 0]);
  });

  test('[LB4] what works ends its own loop only', () => {
    const refusals = stuck([START, CLAIM]);
    refusals.worked(asks('task.start', 'other'));
    expect(waits(refusals, [START, CLAIM])).toEqual([SLOWED_MS, SLOWED_MS]);
    refusals.worked(START);
    expect(waits(refusals, [START, CLAIM])).toEqual([0, SLOWED_MS]);
    expect(refusals.isSlowed('alice', 0)).toBe(true);
    refusals.worked(CLAIM);
    expect([refusals.isSlowed('alice', 0), refusals.size]).toEqual([false, 0]);
  });

  test('[LB4] it is looping as long as one of them goes on, beside what was refused once', () => {
    const refusals = stuck([START]);
    refusals.refused(CLAIM, NO, 0);
    expect(refusals.isSlowed('alice', 0)).toBe(true);
    refusals.worked(START);
    expect(refusals.isSlowed('alice', 0)).toBe(false);
  });
});

describe('the end', () => {
  test('[LB4] of a loop: not tried for so long, whether anybody has looked or not', () => {
    const refusals = stuck([START]);
    expect([STOPPED_AFTER_MS, STOPPED_AFTER_MS + 1].map((now) => refusals.isSlowed('alice', now))).toEqual([
      true,
      false,
    ]);
  });

  test('[LB4] when a person speaks to one: of its loops, and of nobody else’s', () => {
    const refusals = stuck([START, asks('task.start', 'x', 'bob')]);
    refusals.end('alice');
    expect([refusals.isSlowed('alice', 0), refusals.isSlowed('bob', 0)]).toEqual([false, true]);
  });

  test('[LB5] an agent is forgotten when all it was refused is over', () => {
    const refusals = stuck([START]);
    refusals.refused(CLAIM, NO, STOPPED_AFTER_MS);
    refusals.sweep(STOPPED_AFTER_MS + 1);
    expect(refusals.size).toBe(1);
    refusals.sweep(STOPPED_AFTER_MS + FAST_MS + 1);
    expect(refusals.size).toBe(0);
  });

  test('[LB3] begins anew: what is over does not count on', () => {
    const refusals = new Refusals();
    for (let times = 1; times < SAME_REFUSALS; times++) refusals.refused(START, NO, 0);
    expect(refusals.refused(START, NO, FAST_MS + 1)).toBeUndefined();
    expect(refusals.waitMs(START, FAST_MS + 1)).toBe(0);
  });

  test('[LB5] the costly key is asked for only when there is something to compare', () => {
    const refusals = stuck([START]);
    const never: Asked = {
      agentId: 'alice',
      command: 'lock.claim',
      input: 'x',
      key: () => {
        throw new Error('asked for its key');
      },
    };
    expect(refusals.waitMs(never, 0)).toBe(0);
    refusals.worked(never);
    refusals.worked({ ...never, agentId: 'bob' });
    refusals.refused(CLAIM, NO, 0);
    expect(refusals.waitMs(never, 0)).toBe(0);
  });
});

import { expect, test } from 'vitest';
import type { Done } from '../course.ts';
import type { Seen } from './fault.ts';
import { Happenings } from './happenings.ts';

const SOON_MS = 20;
const never = <T>(): Promise<T> => new Promise(() => {});
const fromBoth = (rest: Promise<Seen>) => async () => ({ verified: true, note: 'it began', rest });

/** Happenings, and what is told of them. */
function happenings(): { all: Happenings; done: Done[] } {
  const done: Done[] = [];
  return { all: new Happenings((each) => done.push(each), SOON_MS), done };
}

test('a fault is told before it is healed', async () => {
  const { all, done } = happenings();
  let toldBefore = 0;
  await all.one(
    'a kill',
    async () => ({ verified: true, note: 'died', times: 2 }),
    async () => {
      toldBefore = done.length;
    },
  );
  expect(toldBefore).toBe(1);
  expect(done).toMatchObject([{ kind: 'a kill', verified: true, note: 'died', times: 2 }]);
});

test.each([true, false])('a fault with a rest is told once that is over, with its verdict: %s', async (verified) => {
  const { all, done } = happenings();
  let end: (seen: Seen) => void = () => {};
  await all.one('a pause', fromBoth(new Promise((resolve) => (end = resolve))));
  await all.one('another', async () => ({ verified: true, note: 'meanwhile' }));
  expect(done.map(({ kind }) => kind)).toEqual(['another']);
  end({ verified, note: 'it ended' });
  await all.over();
  expect(done[1]).toMatchObject({ kind: 'a pause', verified, note: 'it began; it ended' });
  // When it began, not when that was known.
  expect(done[1]?.at).toBeLessThanOrEqual(done[0]?.at ?? 0);
});

test.each([
  ['happens', (all: Happenings) => all.one('a kill', never)],
  ['heals', (all: Happenings) => all.one('a kill', async () => ({ verified: true, note: 'died' }), never)],
  ['ends', (all: Happenings) => all.one('a kill', fromBoth(never())).then(() => all.over())],
])('a fault that never %s is given up, by its name', async (_, wait) => {
  await expect(wait(happenings().all)).rejects.toThrow(/not reached within 0\.02 s.* the fault "a kill" is over/);
});

test('what a rest throws is heard when all is to be over', async () => {
  const { all } = happenings();
  await all.one('a pause', fromBoth(Promise.reject(new Error('gone'))));
  // Nobody waits for it yet: that alone must not end the process.
  await new Promise((resolve) => setImmediate(resolve));
  await expect(all.over()).rejects.toThrow('gone');
});

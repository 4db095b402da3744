import { expect, test } from 'vitest';
import { agent, lock, waiter } from '../testing/records.ts';
import { EntityDb } from './entity-db.ts';
import { askToRelease, isAbnormal, nextInLine, releaseConsequence, whatComesNext } from './lock-words.ts';
import type { VisibleRecord } from './record-types.ts';
import { plainSentence, type Surroundings } from './task-waiting.ts';

const NOW = 1_700_000_240_000;
const SINCE = NOW - 240_000;

function around(records: readonly VisibleRecord[]): Surroundings {
  const db = new EntityDb();
  db.replace(records, { sameEpoch: false });
  return {
    task: (id) => db.get('task', id),
    agent: (id) => db.get('agent', id),
    lock: (id) => db.get('lock', id),
    waiter: (id) => db.get('waiter', id),
    untilClock: (clock) => clock - 79_000,
  };
}
const waits = (lockId: string, agentId: string) => ({ lockId, agentId, since: SINCE });
const held = { ...lock('L-1', 'alice'), waiters: [waits('L-2', 'bob'), waits('L-3', 'carol')] };
const fleet = [agent('alice'), agent('bob'), agent('carol')];
const line = [waiter('L-2', 'bob', { blockedBy: ['L-1', 'L-9'] }), waiter('L-3', 'carol', { blockedBy: ['L-1'] })];

test('a lock that nobody else wants is normal, however long it is held', () => {
  expect(isAbnormal(lock('L-1', 'alice'), agent('alice'))).toBe(false);
  expect(isAbnormal(held, agent('alice'))).toBe(true);
  expect(isAbnormal(lock('L-1', 'alice'), agent('alice', { state: 'lost' }))).toBe(true);
  expect(whatComesNext(lock('L-1', 'alice'), around(fleet))).toBeNull();
});

test('next is the first in line whom nothing else holds up', () => {
  expect(nextInLine(held, around([...fleet, ...line, lock('L-9', 'dave')]))).toMatchObject({ agentId: 'carol' });
  // What ended meanwhile holds nobody up.
  expect(nextInLine(held, around([...fleet, ...line]))).toMatchObject({ agentId: 'bob', others: 0 });
});

test.each<[string, readonly VisibleRecord[], string]>([
  ['others wait', [...fleet, ...line], 'bob goes on as soon as alice is done; 1 other after it.'],
  [
    'everybody waits for others too',
    [
      ...fleet,
      line[0] ?? waiter('L-2', 'bob'),
      waiter('L-3', 'carol', { blockedBy: ['L-1', 'L-9'] }),
      lock('L-9', 'dave'),
    ],
    'bob is first in line, though it waits for others too; it needs alice to be done; 1 other after it.',
  ],
  [
    'the holder is lost',
    [agent('alice', { state: 'lost' }), ...line],
    'alice is lost and does not renew. Its lease on the files ends in 41 s, then bob gets them.',
  ],
])('what comes next when %s', (_, records, words) => {
  expect(plainSentence(whatComesNext(held, around(records)) ?? [])).toBe(words);
});

test('taking a lock away says first who loses what, whether it knows, and who gets it', () => {
  const told = (holder: Parameters<typeof agent>[1]) =>
    releaseConsequence(held, around([agent('alice', holder), ...line]), NOW);
  expect(told({ state: 'working', connected: true })).toBe(
    'alice (working) loses 1 path at once, and its fence 1.1 is refused from then on. It is told so now; what it is in the middle of writing is not undone. bob gets it next (waits 4 m).',
  );
  expect(told({ state: 'late', connected: false })).toContain(
    'It is not connected and learns of this with its next call.',
  );
  expect(told({ state: 'lost', connected: false })).toContain('Nothing is heard of it');
  expect(releaseConsequence(lock('L-1', 'alice'), around(fleet), NOW)).toContain('Nobody waits for it.');
});

test('the holder is asked about this very lock', () => {
  expect(askToRelease(held, NOW)).toBe(
    'How long do you still need src/a.ts (L-1)? bob and 1 more wait for it, for 4 m now. Release it as soon as you can.',
  );
  expect(askToRelease(lock('L-1', 'alice', ['a', 'b', 'c']), NOW)).toBe(
    'How long do you still need a and 2 more (L-1)?',
  );
});

test('the question for a lock hides nothing that a path hides', () => {
  expect(askToRelease(lock('L-1', 'alice', ['src/a\u202e']), NOW)).toBe(
    'How long do you still need src/a‹U+202E› (L-1)?',
  );
});

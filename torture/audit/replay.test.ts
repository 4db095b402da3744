import { expect, test } from 'vitest';
import { readEntry } from './entry.ts';
import { Replay } from './replay.ts';

const record = (id: string, rev: number) => ({ kind: 'lock', id, rev });
const entry = (epoch: number, seq: number) =>
  readEntry({
    id: `${epoch}-${seq}`,
    message: {
      e: JSON.stringify({
        txs: [{ seq, clock: seq, actor: 'ann', command: 'lock.claim', puts: [record(`L-${seq}`, seq)], removes: [] }],
      }),
    },
  });

test('a digest for every state the log had, and for no other', () => {
  const replay = new Replay();
  for (const [epoch, seq] of [
    [1, 1],
    [1, 2],
    [3, 3],
  ] as const)
    replay.follow(entry(epoch, seq));
  const second = replay.digestAt(1, 2);
  expect(second).toBeDefined();
  expect(replay.digestAt(1, 1)).not.toBe(second);
  // A new epoch begins where the last one ended, and so does one in which nothing was written.
  expect([replay.digestAt(3, 2), replay.digestAt(2, 2), replay.digestAt(4, 3)]).toEqual([
    second,
    second,
    replay.digestAt(3, 3),
  ]);
  expect([replay.digestAt(2, 1), replay.digestAt(4, 2), replay.digestAt(2, 3), replay.digestAt(3, 4)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ['no JSON', '{'],
  ['no transactions', '{"txs":[]}'],
  [
    'a put without an id',
    '{"txs":[{"seq":4,"clock":1,"actor":"a","command":"c","puts":[{"kind":"lock"}],"removes":[]}]}',
  ],
  ['another seq than its id', '{"txs":[{"seq":5,"clock":1,"actor":"a","command":"c","puts":[],"removes":[]}]}'],
])('an entry with %s is told by its id', (_, e) => {
  expect(() => readEntry({ id: '1-4', message: { e } })).toThrow('the log holds under 1-4 what is no entry');
});

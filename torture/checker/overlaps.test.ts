import { expect, test } from 'vitest';
import { grantOf, lockOf, Script } from '../testing/script.ts';
import { checkOverlaps } from './overlaps.ts';

const texts = (script: Script) => checkOverlaps(script.history()).map(({ text }) => text);
const claim = (by: string, at: [number, number], input = {}) => ({
  by,
  command: 'lock.claim',
  input: { paths: ['a'], ...input },
  at,
});

/** Ann is granted a for a second at 10 ms; the log drops that, as if it had ended. */
function annThenNothing(): Script {
  const script = new Script().born('ann', 'ann#1', 0).born('bob', 'bob#1', 0);
  script.ok(claim('ann', [10, 20]), grantOf('1.1'), { puts: [lockOf('ann', '1.1')] });
  return script.tx({ command: 'lock.expire', removes: [['lock', 'L-1']], at: 25 });
}
const bobAt = (script: Script, from: number, more = {}): Script => {
  const lock = { id: 'L-2', ...more };
  script.ok(claim('bob', [from, from], more), grantOf('1.3', { lockId: 'L-2' }), {
    puts: [lockOf('bob', '1.3', lock)],
  });
  return script;
};

test('granted to another before the lease was over', () => {
  expect(texts(bobAt(annThenNothing(), 500))).toEqual([
    expect.stringMatching(/L-2 of bob on a .* overlaps L-1 of ann on a/),
  ]);
});

test('not when the lease was over, to the millisecond', () => {
  expect(texts(bobAt(annThenNothing(), 1_010))).toEqual([]);
  expect(texts(bobAt(annThenNothing(), 1_009))).toHaveLength(1);
});

test('a renewal puts the end off', () => {
  const renewed = (): Script => {
    const script = annThenNothing();
    const input = { lockId: 'L-1', fence: '1.1' };
    script.ok(
      { by: 'ann', command: 'lock.renew', input, at: [600, 610] },
      { locks: [{ ...input, expiresInMs: 1_000 }] },
    );
    return script;
  };
  expect(texts(bobAt(renewed(), 1_599))).toHaveLength(1);
  expect(texts(bobAt(renewed(), 1_600))).toEqual([]);
});

test('a shorter renewal of which nobody knows may have ended it sooner', () => {
  const script = annThenNothing();
  const input = { lockId: 'L-1', fence: '1.1', ttlMs: 100 };
  script.add({ k: 'call', id: 'x', agent: 'ann', life: 'ann#1', command: 'lock.renew', input, at: 300 });
  script.add({ k: 'gone', id: 'x', why: 'connection', at: 310 });
  expect(texts(bobAt(script, 500))).toEqual([]);
});

test.each<[string, (script: Script) => unknown]>([
  [
    'it was about to release it',
    (script) =>
      script.ok({ by: 'ann', command: 'lock.release', input: { lockId: 'L-1', fence: '1.1' }, at: [400, 900] }),
  ],
  [
    'it was told that it is lost',
    (script) => script.push('ann', 'lock.lost', { lockId: 'L-1', reason: 'FORCED' }, 400),
  ],
  ['its process was over', (script) => script.add({ k: 'ended', agent: 'ann', life: 'ann#1', at: 400 })],
  ['it has begun another life', (script) => script.born('ann', 'ann#2', 400)],
  [
    'a person took it away',
    (script) => script.ok({ by: 'olga', command: 'lock.forceRelease', input: { lockId: 'L-1' }, at: [400, 900] }),
  ],
  [
    'a person removed the agent',
    (script) => script.ok({ by: 'olga', command: 'agent.evict', input: { agentId: 'ann' }, at: [400, 900] }),
  ],
])('not when %s', (_, end) => {
  const script = annThenNothing();
  end(script);
  expect(texts(bobAt(script, 500))).toEqual([]);
});

test('a stranger that asked for its release, and was refused, has ended nothing', () => {
  const script = annThenNothing();
  script.refused({ by: 'bob', command: 'lock.release', input: { lockId: 'L-1', fence: '1.1' }, at: [400, 410] });
  expect(texts(bobAt(script, 500))).toHaveLength(1);
});

test('a folder covers what lies below, and two readers are no conflict', () => {
  const script = annThenNothing();
  expect(texts(bobAt(script, 500, { paths: ['**'] }))).toHaveLength(1);
  const readers = new Script();
  readers.tx({
    command: 'lock.grant',
    puts: [lockOf('ann', '1.1', { mode: 'shared' }), lockOf('bob', '1.1', { id: 'L-2', mode: 'shared' })],
  });
  expect(texts(readers)).toEqual([]);
});

test('in the log: two live records, whatever the clocks say', () => {
  const script = new Script();
  script.tx({ command: 'lock.grant', puts: [lockOf('ann', '1.1', { paths: ['a/**'] })] });
  script.tx({ command: 'lock.grant', puts: [lockOf('bob', '1.2', { id: 'L-2', paths: ['a/x'] })] });
  expect(texts(script)).toEqual([
    expect.stringContaining('bob holds L-2 on a/x, and ann holds L-1 on a/**, in the log'),
  ]);
});

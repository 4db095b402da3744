import { expect, test } from 'vitest';
import { grantOf, lockOf, Script } from '../testing/script.ts';
import { checkAcknowledged } from './acknowledged.ts';

const texts = (script: Script) => checkAcknowledged(script.history()).map(({ text }) => text);
const release = {
  by: 'ann',
  command: 'lock.release',
  input: { lockId: 'L-1', fence: '1.1' },
  at: [10, 20] as [number, number],
};

test('accepted and not in the log', () => {
  const script = new Script().tx({});
  script.ok(release);
  expect(texts(script)).toEqual([
    'lock.release r1 of ann, called at 0.010 s, was answered ok at seq 1 of epoch 1, and the log has no transaction of it',
  ]);
});

test.each([
  ['task.next', {}, { task: null }],
  ['lock.renew', {}, { locks: [] }],
  ['task.progress', { taskId: 'T-1', attempt: 1 }, {}],
  ['lock.list', {}, {}],
  ['agent.heartbeat', {}, {}],
])('%s with nothing to change writes nothing', (command, input, said) => {
  const script = new Script().tx({});
  script.ok({ by: 'ann', command, input, at: [1, 2] }, said);
  expect(texts(script)).toEqual([]);
});

test('a claim always writes, also one that renews', () => {
  const script = new Script().tx({});
  script.ok({ by: 'ann', command: 'lock.claim', input: { paths: ['a'] }, at: [1, 2] }, grantOf('1.1'));
  expect(texts(script)).toHaveLength(1);
});

test('refused and in the log; not when an earlier try may have done it', () => {
  const script = new Script();
  const id = script.refused(release);
  script.tx({ actor: 'ann', command: 'lock.release', causedBy: id });
  expect(texts(script)).toEqual([expect.stringContaining('was refused LOCK_LOST, and the log has it at seq 1')]);
  script.add({ k: 'gone', id, why: 'connection', at: 11 }).add({ k: 'again', id, at: 12 });
  expect(texts(script)).toEqual([]);
});

test('twice in the log, or as somebody else', () => {
  const script = new Script();
  const id = script.ok(release, {}, { removes: [['lock', 'L-1']] });
  expect(texts(script)).toEqual([]);
  script.tx({ actor: 'ann', command: 'lock.release', causedBy: id });
  expect(texts(script)).toEqual([expect.stringContaining('is in the log twice')]);
  const other = new Script();
  other.ok(release, {}, { actor: 'bob' });
  expect(texts(other)).toEqual([expect.stringContaining('as done by bob')]);
  const person = new Script();
  person.ok({ ...release, by: 'olga' }, {}, { actor: 'human:olga' });
  expect(texts(person)).toEqual([]);
});

test('an answer is not older than its transaction, and as old when it was asked once', () => {
  const script = new Script();
  script.ok(release, { seq: 2 }, { puts: [lockOf('ann', '1.1')] });
  expect(texts(script)).toHaveLength(1);
  script.add({ k: 'gone', id: 'r1', why: 'connection', at: 11 }).add({ k: 'again', id: 'r1', at: 12 });
  expect(texts(script)).toEqual([]);
  const newer = new Script();
  newer.ok(release, { epoch: 2 }, {});
  expect(texts(newer)).toEqual([]);
  const older = new Script();
  older.ok(release, { seq: 0 }, {});
  expect(texts(older)).toHaveLength(1);
});

import { expect, test } from 'vitest';
import type { Fields } from '../history/line.ts';
import { grantOf, lockOf, Script, taskOf } from '../testing/script.ts';
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

const start = { command: 'task.start', input: { taskId: 'T-1', attempt: 1 } };
const ack = { command: 'message.ack', input: { messageIds: ['M-1', 'M-2'] } };
const assign = { command: 'task.assign', input: { taskId: 'T-1', agentId: 'ann' } };
test.each<[string, { command: string; input: Fields }, Parameters<Script['tx']>[0], Parameters<Script['tx']>[0]]>([
  [
    'started',
    start,
    { actor: 'ann', command: 'task.next', puts: [taskOf('ann', 1)] },
    { actor: 'bob', command: 'task.next', puts: [taskOf('bob', 1)] },
  ],
  ['assigned', assign, { puts: [taskOf('ann', 3, { status: 'pending' })] }, { puts: [taskOf('bob', 3)] }],
])('%s already, it writes nothing; otherwise it does', (_, asked, shown, other) => {
  const answered = (script: Script, said: Fields = {}) => script.ok({ by: 'ann', ...asked, at: [10, 20] }, said);
  const already = new Script().tx(shown);
  answered(already);
  expect(texts(already)).toEqual([]);
  const never = new Script().tx(other);
  answered(never);
  expect(texts(never)).toEqual([expect.stringContaining('and the log has no transaction of it')]);
  // Only afterwards, by another request.
  const late = new Script().tx({});
  answered(late, { seq: 2 });
  late.ok({ by: 'ann', command: 'task.next', at: [30, 40] }, {}, { ...shown, actor: 'ann' });
  expect(texts(late)).toHaveLength(1);
});

test('acknowledged already, a message is not acknowledged again', () => {
  const acked = (...ids: string[]) => {
    const script = new Script();
    script.ok({ by: 'bob', ...ack, input: { messageIds: ids }, at: [1, 2] }, {}, {});
    script.ok({ by: 'bob', ...ack, at: [10, 20] });
    return texts(script);
  };
  expect(acked('M-1', 'M-2', 'M-3')).toEqual([]);
  expect(acked('M-1')).toEqual([expect.stringContaining('message.ack r2 of bob')]);
  const others = new Script();
  others.ok({ by: 'ann', ...ack, at: [1, 2] }, {}, {});
  others.ok({ by: 'bob', ...ack, at: [10, 20] });
  expect(texts(others)).toHaveLength(1);
});

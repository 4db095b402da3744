import { expect, test } from 'vitest';
import type { Answer, Fields } from '../history/line.ts';
import { grantOf, lockOf, Script } from '../testing/script.ts';
import { check } from './check.ts';
import { checkRepeated } from './repeated.ts';

const texts = (script: Script) => checkRepeated(script.history()).map(({ text }) => text);
const claim = { by: 'ann', command: 'lock.claim', input: { paths: ['a'] }, at: [10, 20] as [number, number] };
const granted = { puts: [lockOf('ann', '1.1')] };
const ok = (said: Fields, seq = 5): Answer => ({ ok: true, epoch: 1, seq, ...said });
const refused = (code: string): Answer => ({ ok: false, error: { code, message: code } });

/** Ann was granted a, asks again, and is answered so. */
function again(answer: Answer, written: typeof granted | undefined = granted, at = 30): Script {
  const script = new Script().tx({});
  const id = script.ok(claim, grantOf('1.1'), written);
  return script.add({ k: 'again', id, at }).add({ k: 'answer', id, at: at + 5, answer });
}

test('the same answer, of a later moment', () => {
  const script = again(ok(grantOf('1.1')));
  expect(texts(script)).toEqual([]);
  const { figures, violations } = check(script.history());
  expect(violations).toEqual([]);
  expect(figures).toMatchObject({ operations: 1, acknowledged: 1, retried: 0, repeated: 1 });
});

test('another answer, an older one, a refusal', () => {
  expect(texts(again(ok(grantOf('1.2'))))).toEqual([
    'lock.claim r1 of ann, answered ok at 0.020 s, was sent again at 0.030 s and answered {"granted":true,"lockId":"L-1","fence":"1.2","paths":["a"],"expiresInMs":1000}, and not {"granted":true,"lockId":"L-1","fence":"1.1","paths":["a"],"expiresInMs":1000}',
  ]);
  expect(texts(again(ok(grantOf('1.1'), 1)))).toEqual([expect.stringContaining('which is older than seq 2')]);
  expect(texts(again(refused('LOCK_LOST')))).toEqual([expect.stringContaining('and refused LOCK_LOST')]);
});

test('nothing is said of what was not looked at, left nothing behind, or was long ago', () => {
  for (const code of ['TIMEOUT', 'STORAGE_UNAVAILABLE', 'OVERLOADED', 'RATE_LIMITED', 'SUPERSEDED'])
    expect(texts(again(refused(code))), code).toEqual([]);
  const unwritten = new Script().tx({});
  const id = unwritten.ok(claim, grantOf('1.1'));
  unwritten.add({ k: 'again', id, at: 30 }).add({ k: 'answer', id, at: 35, answer: refused('LOCK_HELD') });
  expect(texts(unwritten)).toEqual([]);
  expect(texts(again(refused('LOCK_LOST'), granted, 600_000))).toEqual([expect.stringContaining('refused')]);
  expect(texts(again(refused('LOCK_LOST'), granted, 600_010))).toEqual([]);
});

test('without the log, of what always writes', () => {
  const told = (command: string, said: Fields = {}) => {
    const script = new Script();
    const id = script.ok({ ...claim, command }, said);
    return texts(script.add({ k: 'again', id, at: 30 }).add({ k: 'answer', id, at: 35, answer: refused('NOT_FOUND') }));
  };
  expect(told('lock.release')).toHaveLength(1);
  for (const command of ['task.start', 'message.ack', 'lock.check', 'agent.heartbeat'])
    expect(told(command), command).toEqual([]);
  expect(told('task.next', { task: null })).toEqual([]);
});

test('what ends without an answer says nothing; that it took too long does', () => {
  const script = new Script().tx({});
  const id = script.ok(claim, grantOf('1.1'), granted);
  script.add({ k: 'again', id, at: 30 }).add({ k: 'gone', id, at: 40, why: 'connection' });
  script.add({ k: 'again', id, at: 50 }).add({ k: 'gone', id, at: 12_050, why: 'patience' });
  const { violations } = check(script.history());
  expect(violations.map(({ rule }) => rule)).toEqual(['settled']);
});

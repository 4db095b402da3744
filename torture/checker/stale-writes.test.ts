import { expect, test } from 'vitest';
import type { Fields } from '../history/line.ts';
import { grantOf, lockOf, Script, taskOf } from '../testing/script.ts';
import { checkStaleWrites, staleAttempts, staleRequests } from './stale-writes.ts';

const texts = (script: Script) => checkStaleWrites(script.history()).map(({ text }) => text);
const ofFirst = { lockId: 'L-1', fence: '1.1' };

/** Ann has been granted a, and told at 20 ms. */
function annHolds(): Script {
  const script = new Script().born('ann', 'ann#1', 0).born('bob', 'bob#1', 0);
  script.ok({ by: 'ann', command: 'lock.claim', input: { paths: ['a'] }, at: [10, 20] }, grantOf('1.1'), {
    puts: [lockOf('ann', '1.1')],
  });
  return script;
}
/** Bob has been told at 60 ms that he has it now. */
function bobTookOver(): Script {
  const script = annHolds().tx({ command: 'lock.expire', removes: [['lock', 'L-1']], at: 40 });
  script.ok(
    { by: 'bob', command: 'lock.claim', input: { paths: ['a'] }, at: [50, 60] },
    grantOf('1.3', { lockId: 'L-2' }),
    {
      puts: [lockOf('bob', '1.3', { id: 'L-2' })],
    },
  );
  return script;
}
const commands: [string, Fields][] = [
  ['lock.renew', ofFirst],
  ['lock.release', ofFirst],
  ['lock.transfer', { ...ofFirst, to: 'bob' }],
  ['lock.check', { paths: ['a'], fence: '1.1' }],
];

test.each(commands)('%s with the fence of a lock that another has by now', (command, input) => {
  const late = bobTookOver();
  late.ok({ by: 'ann', command, input, at: [70, 80] });
  expect(texts(late)).toContainEqual(
    expect.stringMatching(/was accepted, though bob was told at 0.060 s that bob holds a with 1.3/),
  );
  const refused = bobTookOver();
  refused.refused({ by: 'ann', command, input, at: [70, 80] });
  expect(texts(refused)).toEqual([]);
  expect(staleRequests(refused.history())).toHaveLength(1);
});

test('one that was never answered is none that was refused', () => {
  const open = bobTookOver();
  const call = { k: 'call', at: 70, agent: 'ann', life: 'ann#1', command: 'lock.renew', input: ofFirst } as const;
  open.add({ ...call, id: 'x' });
  expect(staleRequests(open.history())).toHaveLength(1);
  expect(staleAttempts(open.history())).toBe(0);
  open.refused({ by: 'ann', command: 'lock.renew', input: ofFirst, at: [70, 80] });
  open.ok({ by: 'ann', command: 'lock.renew', input: ofFirst, at: [70, 80] });
  expect(staleAttempts(open.history())).toBe(2);
});

test.each(commands)('%s that was sent before anybody knew', (command, input) => {
  const script = bobTookOver();
  script.ok({ by: 'ann', command, input, at: [55, 80] });
  expect(texts(script)).toEqual([]);
});

test.each<[string, (script: Script) => unknown]>([
  ['released', (script) => script.ok({ by: 'ann', command: 'lock.release', input: ofFirst, at: [30, 40] })],
  ['lost', (script) => script.push('ann', 'lock.lost', { lockId: 'L-1', reason: 'FORCED' }, 40)],
  [
    'taken by a person',
    (script) => script.ok({ by: 'olga', command: 'lock.forceRelease', input: { lockId: 'L-1' }, at: [30, 40] }),
  ],
])('a lock that was %s', (_, end) => {
  const script = annHolds();
  end(script);
  script.ok({ by: 'ann', command: 'lock.renew', input: ofFirst, at: [50, 60] });
  expect(texts(script)).toHaveLength(1);
});

test('of somebody else, or never given out; a person may release for its holder', () => {
  const release = { command: 'lock.release', input: ofFirst, at: [30, 40] as [number, number] };
  const stranger = annHolds();
  stranger.ok({ ...release, by: 'bob' });
  expect(texts(stranger)).toEqual([expect.stringContaining('was accepted, though ann holds it')]);
  const person = annHolds();
  person.ok({ ...release, by: 'olga' });
  expect(texts(person)).toEqual([]);
  const madeUp = annHolds();
  madeUp.ok({ ...release, by: 'ann', input: { lockId: 'L-1', fence: '1.7' } });
  expect(texts(madeUp)).toEqual([expect.stringContaining('never given out')]);
});

test('a claim in line that a stranger withdraws', () => {
  const script = annHolds();
  script.ok(
    { by: 'bob', command: 'lock.claim', input: { paths: ['a'] }, at: [30, 40] },
    { granted: false, lockId: 'L-2' },
  );
  script.ok({ by: 'ann', command: 'lock.release', input: { lockId: 'L-2' }, at: [50, 60] });
  expect(texts(script)).toEqual([expect.stringContaining('it is a claim of bob')]);
});

test('in the log, though nobody could have known', () => {
  const script = annHolds().tx({ command: 'lock.expire', removes: [['lock', 'L-1']], at: 25 });
  script.ok(
    { by: 'ann', command: 'lock.renew', input: ofFirst, at: [30, 40] },
    { locks: [] },
    { puts: [lockOf('ann', '1.1')] },
  );
  expect(texts(script)).toEqual([expect.stringContaining('lock.renew by ann was accepted, though L-1 had ended')]);
});

test('a check that looked at a picture older than an answer that was there', () => {
  const script = annHolds().tx({ command: 'lock.expire', removes: [['lock', 'L-1']], at: 25 });
  script.ok({ by: 'bob', command: 'agent.heartbeat', at: [30, 40] });
  script.ok({ by: 'ann', command: 'lock.check', input: { paths: ['a'], fence: '1.1' }, at: [50, 60] });
  expect(texts(script)).toEqual([expect.stringContaining('that ended at seq 2, and bob had been told seq 2 before')]);
});

test('an earlier life, after a later one had an answer', () => {
  const script = annHolds().born('ann', 'ann#2', 30);
  script.ok({ by: 'ann', life: 'ann#2', command: 'agent.heartbeat', at: [40, 50] });
  const late = { by: 'ann', command: 'message.send', input: { to: 'bob' } };
  script.ok({ ...late, at: [45, 60] });
  expect(texts(script)).toEqual([]);
  script.ok({ ...late, at: [55, 60] });
  expect(texts(script)).toEqual([expect.stringContaining('the later life ann#2 of the same agent had an answer')]);
});

/** Ann has attempt 1 of T-1, and has been told at 20 ms. */
function annWorks(): Script {
  const script = new Script().born('ann', 'ann#1', 0).born('bob', 'bob#1', 0);
  script.ok(
    { by: 'ann', command: 'task.next', at: [10, 20] },
    { task: taskOf('ann', 1) },
    { puts: [taskOf('ann', 1)] },
  );
  return script;
}
const save = (by: string, at: [number, number]) => ({
  by,
  command: 'checkpoint.save',
  input: { taskId: 'T-1', attempt: 1 },
  at,
});

test.each<[string, (script: Script) => unknown]>([
  [
    'another has a later one',
    (script) =>
      script.ok(
        { by: 'bob', command: 'task.next', at: [30, 40] },
        { task: taskOf('bob', 2) },
        { puts: [taskOf('bob', 2)] },
      ),
  ],
  ['it was withdrawn', (script) => script.push('ann', 'task.withdrawn', { taskId: 'T-1', attempt: 1 }, 40)],
  ['it was completed', (script) => script.ok({ ...save('ann', [30, 40]), command: 'task.complete' })],
])('an attempt that is over: %s', (_, end) => {
  const script = annWorks();
  end(script);
  script.ok(save('ann', [35, 60]));
  expect(texts(script)).toEqual([]);
  script.ok(save('ann', [50, 60]));
  expect(texts(script)).toEqual([
    expect.stringMatching(/checkpoint.save of T-1 with attempt 1 by ann, .* was accepted, though/),
  ]);
});

test("an attempt of somebody else's, and one that the log has under another", () => {
  const script = annWorks();
  script.ok(save('bob', [30, 40]));
  expect(texts(script)).toEqual([expect.stringContaining("that attempt is ann's")]);
  const logged = annWorks().tx({ command: 'agent.presence', puts: [taskOf(null, 1, { status: 'pending' })], at: 25 });
  logged.ok(save('ann', [30, 40]), {}, { puts: [taskOf(null, 1)] });
  expect(texts(logged)).toEqual([expect.stringContaining('T-1 was pending in attempt 1 of nobody')]);
});

import type { AnyRecord, Kind } from '@signalbox/shared/records';
import { expect, test } from 'vitest';
import { deadlineOf } from './deadlines.ts';
import { decideDue, dueCommand } from './sweep.ts';
import { HUB, Scene } from './testing/scene.ts';

/** One of everything that has a deadline. */
function scene(): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull', maxTasks: 2 });
  const [kim, alice, bob] = [made.as('human:kim'), made.as('alice'), made.as('bob')];
  alice.call('lock.claim', { paths: ['a'] });
  bob.call('lock.claim', { paths: ['a'], waitMs: 60_000 });
  kim.call('task.createMany', {
    tasks: [{ title: 'Assigned' }, { title: 'To be retried' }, { title: 'Out', maxAttempts: 1 }],
  });
  kim.call('task.assign', { taskId: 'T-1', agentId: 'alice' });
  for (const taskId of ['T-2', 'T-3']) {
    kim.call('task.assign', { taskId, agentId: 'bob' });
    bob.call('task.fail', { taskId, attempt: 1, reason: 'x' });
  }
  alice.call('question.ask', { body: 'Which?', default: 'that', deadlineMs: 60_000 });
  kim.call('directive.send', { to: 'all', action: 'say', body: 'x' });
  kim.call('alarm.shelve', { alarmId: 'A-1', forMs: 60_000, reason: 'known' });
  return made;
}

const timed: [Kind, string][] = [
  ['lock', 'L-1'],
  ['waiter', 'L-2'],
  ['task', 'T-1'],
  ['task', 'T-2'],
  ['question', 'Q-1'],
  ['directive', 'D-1'],
  ['alarm', 'A-1'],
];

test.each(timed)('[SW1] %s %s: nothing at a millisecond before its time, something at its time', (kind, id) => {
  const made = scene();
  const record = made.replica.get(kind, id);
  const deadline = record === undefined ? undefined : deadlineOf(record);
  made.clock = (deadline ?? 0) - 1;
  made.decide(HUB, decideDue, { kind, id });
  expect([made.replica.get(kind, id), deadline]).toEqual([record, expect.any(Number)]);
  made.clock = deadline ?? 0;
  made.decide(HUB, decideDue, { kind, id });
  expect(made.replica.get(kind, id)).not.toEqual(record);
});

test('[SW1] what is gone, or never has a time, is left alone', () => {
  const made = scene();
  made.pass(100_000_000);
  const before = made.seq;
  for (const [kind, id] of [
    ['lock', 'L-9'],
    ['task', 'T-3'],
    ['agent', 'alice'],
  ] as const)
    made.decide(HUB, decideDue, { kind, id });
  expect(made.seq).toBe(before);
});

test('[SW1] the name of a sweep tells agents why they lost something', () => {
  const kinds = ['lock', 'waiter', 'task', 'question', 'directive', 'alarm'];
  expect(kinds.map((kind) => dueCommand({ kind } as AnyRecord))).toEqual([
    'lock.expire',
    'lock.timeout',
    'task.notStarted',
    'question.due',
    'directive.due',
    'alarm.due',
  ]);
});

test.each([
  ['question', 'Q-1', (made: Scene) => made.as('alice').call('question.withdraw', { questionId: 'Q-1' })],
  ['question', 'Q-1', (made: Scene) => made.as('human:kim').call('question.answer', { questionId: 'Q-1', body: 'y' })],
  ['alarm', 'A-1', (made: Scene) => made.as('human:kim').call('alarm.unshelve', { alarmId: 'A-1' })],
  ['task', 'T-1', (made: Scene) => made.as('alice').call('task.start', { taskId: 'T-1', attempt: 1 })],
] as const)('[SW1] %s %s has no time any more when what it was for has happened', (kind, id, happen) => {
  const made = scene();
  const before = made.replica.get(kind, id);
  expect(before && deadlineOf(before)).toEqual(expect.any(Number));
  happen(made);
  const after = made.replica.get(kind, id);
  expect(after && deadlineOf(after)).toBeUndefined();
  made.pass(100_000_000);
  made.decide(HUB, decideDue, { kind, id });
  expect(made.replica.get(kind, id)).toBe(after);
});

test('[SW1] the sooner of the two times of a question counts', () => {
  const made = scene();
  const ask = (input: object) => made.as('bob').call('question.ask', { body: 'Which?', ...input }).questionId;
  const deadline = (id: string) => {
    const question = made.replica.get('question', id);
    return question === undefined ? Number.NaN : (deadlineOf(question) ?? Number.NaN) - made.clock;
  };
  const [soon, late, never] = [ask({ deadlineMs: 60_000 }), ask({ deadlineMs: 3_600_000 }), ask({})];
  expect(deadline(soon)).toBeLessThan(deadline(never));
  expect(deadline(late)).toBe(deadline(never));
});

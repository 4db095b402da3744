import type { CommandInput } from '@signalbox/shared/commands';
import { CLOCK_MARGIN_MS } from '@signalbox/shared/time';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './task-state.ts';
import { Scene } from './testing/scene.ts';

/** Kim's task with alice, started; bob and carol beside her, who take work when they ask for it. */
function started(fields: Partial<CommandInput<'task.create'>> = {}): Scene {
  const scene = new Scene();
  for (const id of ['alice', 'bob', 'carol']) scene.agent(id, { accepts: 'pull' });
  scene.as('human:kim').call('task.create', { title: 'Add login', ...fields });
  scene.as('alice').call('task.next', {});
  return scene;
}
const claim = { taskId: 'T-1', attempt: 1 };
const kim = (scene: Scene) => scene.as('human:kim');

describe('failing', () => {
  test('[TK14] is tried again after 2 s, doubled with every failure, ± 25 %', () => {
    for (const [failures, base] of [
      [1, 2_000],
      [2, 4_000],
      [3, 8_000],
    ] as const) {
      const delays = Array.from({ length: 200 }, (_, i) => backoffMs(`T-${i + 1}`, failures));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(base * 0.75);
      expect(Math.max(...delays)).toBeLessThanOrEqual(base * 1.25);
      expect(new Set(delays).size).toBeGreaterThan(50);
    }
  });

  test('[TK14] not before its time, then ready at once; the reason stays to be read', () => {
    const scene = started();
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    const { task } = scene.as('alice').call('task.fail', { ...claim, reason: 'no compiler', log: 'cc: not found' });
    expect(task).toMatchObject({ status: 'pending', assignee: null, failures: 1, waiting: { code: 'BACKOFF' } });
    expect(scene.replica.get('body', task.bodies.log ?? '')?.text).toBe('cc: not found');
    expect(scene.replica.count('lock')).toBe(0);
    scene.pass(backoffMs('T-1', 1)).sweep();
    expect(scene.as('bob').call('task.next', {})).toEqual({ task: null, reason: 'EMPTY' });
    scene.pass(750).sweep();
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({ id: 'T-1', attempt: 2, reason: 'no compiler' });
  });

  test('[TK14] as often as it may, it is failed for good, and people are told once', () => {
    const scene = started({ maxAttempts: 2 });
    scene.as('alice').call('task.fail', { ...claim, reason: 'no compiler' });
    scene.pass(10_000).sweep();
    scene.as('bob').call('task.next', {});
    const { task } = scene.as('bob').call('task.fail', { taskId: 'T-1', attempt: 2, reason: 'still none' });
    expect(task).toMatchObject({ status: 'failed', failures: 2, assignee: null, reason: 'still none' });
    expect(task).not.toHaveProperty('waiting');
    expect(scene.replica.all('alarm')).toMatchObject([
      { code: 'RETRY_OUT', state: 'unacked', subject: { kind: 'task', id: 'T-1' } },
    ]);
    scene.pass(100_000).sweep();
    expect(scene.task('T-1').status).toBe('failed');
  });

  test('[TK14] only the newest log and result are kept', () => {
    const scene = started();
    scene.as('alice').call('task.fail', { ...claim, reason: 'x', log: 'first' });
    scene.pass(10_000).sweep();
    scene.as('bob').call('task.next', {});
    scene.as('bob').call('task.fail', { taskId: 'T-1', attempt: 2, reason: 'x', log: 'second' });
    expect(scene.replica.all('body').map(({ text }) => text)).toEqual(['second']);
  });
});

describe('blocking', () => {
  test('[TK15] waits for somebody, then starts over with a new attempt', () => {
    const scene = started();
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    const { task } = scene.as('alice').call('task.block', { ...claim, reason: 'no access' });
    expect(task).toMatchObject({ status: 'blocked', assignee: null, reason: 'no access' });
    expect(scene.replica.count('lock')).toBe(0);
    expect(scene.as('bob').call('task.next', {})).toEqual({ task: null, reason: 'EMPTY' });
    scene.as('carol').call('task.unblock', { taskId: 'T-1' });
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({ id: 'T-1', attempt: 2 });
  });
});

describe('review', () => {
  const submitted = (scene: Scene) => scene.as('alice').call('task.submit', { ...claim, result: { summary: 'ready' } });

  test.each([
    ['task.submit', (scene: Scene) => submitted(scene)],
    [
      'task.complete of a task with review',
      (scene: Scene) => {
        kim(scene).call('task.update', { taskId: 'T-1', review: true });
        return scene.as('alice').call('task.complete', claim);
      },
    ],
  ])('[TK16] %s hands it in: nobody works on it, its locks are free', (_, submit) => {
    const scene = started();
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    expect(submit(scene).task).toMatchObject({ status: 'needs_review', assignee: 'alice', progress: 100 });
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'idle', taskIds: [], doneLast24h: 0 });
    expect(scene.replica.count('lock')).toBe(0);
  });

  test('[TK16] a task with review completed with next: true is handed in, and the next one comes', () => {
    const scene = started({ review: true });
    kim(scene).call('task.create', { title: 'Another' });
    expect(scene.as('alice').call('task.complete', { ...claim, next: true })).toMatchObject({
      task: { status: 'needs_review' },
      next: { id: 'T-2' },
    });
  });

  test('[TK16] accepted by anybody but its assignee, whose it stays; the note is kept', () => {
    const scene = started();
    submitted(scene);
    expect(scene.as('alice').refused('task.accept', { taskId: 'T-1' })).toMatchObject({ code: 'FORBIDDEN' });
    expect(scene.as('alice').refused('task.reject', { taskId: 'T-1', reason: 'x' })).toMatchObject({
      code: 'FORBIDDEN',
    });
    const { task } = scene.as('bob').call('task.accept', { taskId: 'T-1', note: 'well done' });
    expect(task).toMatchObject({ status: 'completed', assignee: 'alice', reason: 'well done' });
    expect(scene.need('agent', 'alice').doneLast24h).toBe(1);
  });

  test('[TK16] rejected, it goes back in line and counts as no failure', () => {
    const scene = started();
    submitted(scene);
    const { task } = kim(scene).call('task.reject', { taskId: 'T-1', reason: 'no tests' });
    expect(task).toMatchObject({ status: 'pending', assignee: null, failures: 0, reason: 'no tests', progress: 0 });
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({ attempt: 2, reason: 'no tests' });
  });

  test('[TK16] only what was handed in can be reviewed', () => {
    const scene = started();
    expect(kim(scene).refused('task.accept', { taskId: 'T-1' })).toMatchObject({ code: 'INVALID_STATE' });
    expect(kim(scene).refused('task.reject', { taskId: 'T-1', reason: 'x' })).toMatchObject({ code: 'INVALID_STATE' });
  });

  test('[TK16] a dependent goes on with the acceptance, not with the submission', () => {
    const scene = started();
    kim(scene).call('task.create', { title: 'Then', dependencies: ['T-1'] });
    submitted(scene);
    expect(scene.task('T-2').waiting).toEqual({ code: 'DEPENDENCY', on: 'T-1' });
    scene.as('bob').call('task.accept', { taskId: 'T-1' });
    expect(scene.task('T-2').waiting).toBeUndefined();
  });
});

describe('agents that do not see it through', () => {
  test('[TK17] not started within 60 s: withdrawn, neither failure nor loss', () => {
    const scene = new Scene();
    scene.agent('alice');
    kim(scene).call('task.create', { title: 'Add login' });
    scene.settle();
    scene.presence('alice', 'late');
    scene.pass(60_000).sweep();
    expect(scene.task('T-1')).toMatchObject({ assignee: 'alice', attempt: 1 });
    scene.pass(750).sweep();
    expect(scene.task('T-1')).toMatchObject({ status: 'pending', assignee: null, attempt: 1, failures: 0, losses: 0 });
    expect(scene.task('T-1').attempts).toMatchObject([{ outcome: 'not started', endedAt: scene.at }]);
    expect(scene.as('alice').refused('task.start', claim)).toMatchObject({ code: 'STALE_ATTEMPT' });
  });

  test('[TK18] three lost in a row: blocked, and people are told; unblocking forgives', () => {
    const scene = started();
    scene.lose('alice');
    for (const id of ['bob', 'carol']) {
      expect(scene.task('T-1').status).toBe('pending');
      scene.as(id).call('task.next', {});
      scene.lose(id);
    }
    expect(scene.task('T-1')).toMatchObject({ status: 'blocked', losses: 3, failures: 0, assignee: null });
    expect(scene.replica.alarmOn('LOST_AGENTS', 'T-1')).toMatchObject({ state: 'unacked' });
    kim(scene).call('task.unblock', { taskId: 'T-1' });
    expect(scene.task('T-1')).toMatchObject({ status: 'pending', losses: 0 });
    expect(scene.replica.alarmOn('LOST_AGENTS', 'T-1')).toMatchObject({ state: 'returned' });
  });

  test('[TK18] a failure between them shows that the agent survived: the row starts anew', () => {
    const scene = started();
    scene.lose('alice');
    scene.as('bob').call('task.next', {});
    scene.as('bob').call('task.fail', { taskId: 'T-1', attempt: 2, reason: 'x' });
    expect(scene.task('T-1')).toMatchObject({ losses: 0, failures: 1 });
  });

  test('[TK10] the attempt never falls and grows with every assignment; the last 20 are kept', () => {
    const scene = started();
    for (let i = 0; i < 30; i++)
      kim(scene).call('task.assign', { taskId: 'T-1', agentId: i % 2 === 0 ? 'bob' : 'alice' });
    expect(scene.task('T-1').attempt).toBe(31);
    expect(scene.task('T-1').attempts.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 20 }, (_, i) => 12 + i),
    );
  });
});

/** Alice and bob take tasks when they ask; kim has created what is given. */
function asked(...tasks: { title: string; maxAttempts?: number; dependencies?: string[] }[]): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull' });
  for (const task of tasks) made.as('human:kim').call('task.create', task);
  return made;
}

test.each(['failed', 'cancelled'] as const)(
  '[TK4] a dependency that %s blocks what waits for it, and says so',
  (end) => {
    const made = asked({ title: 'A', maxAttempts: 1 }, { title: 'B', dependencies: ['T-1'] });
    made.as('alice').call('task.next', {});
    if (end === 'failed') made.as('alice').call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'x' });
    else made.as('human:kim').call('task.cancel', { taskId: 'T-1', reason: 'x' });
    expect(made.task('T-2')).toMatchObject({
      status: 'blocked',
      waiting: { code: 'DEPENDENCY', on: 'T-1' },
      reason: `Its dependency T-1 ${end}.`,
    });
  },
);

test('[AG7] the lock of a lost agent outlives the next attempt at its task', () => {
  const made = asked({ title: 'A' });
  made.as('alice').call('task.next', {});
  made.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
  made.lose('alice');
  made.as('bob').call('task.next', {});
  made.as('bob').call('lock.claim', { paths: ['b'], taskId: 'T-1' });
  made.as('bob').call('task.complete', { taskId: 'T-1', attempt: 2 });
  expect(made.replica.all('lock').map(({ holder }) => holder)).toEqual(['alice']);
});

test('[TK10] how an attempt ended stays as it was, whatever becomes of later ones', () => {
  const made = asked({ title: 'A' });
  made.as('alice').call('task.next', {});
  made.lose('alice');
  const lostAt = made.at;
  made.pass(1_000).as('bob').call('task.next', {});
  made.pass(1_000).as('bob').call('task.complete', { taskId: 'T-1', attempt: 2 });
  expect(made.task('T-1').attempts).toMatchObject([
    { attempt: 1, agentId: 'alice', outcome: 'lost', endedAt: lostAt },
    { attempt: 2, agentId: 'bob', outcome: 'completed', endedAt: made.at },
  ]);
});

test('[TK14] a task that is tried again says after how long', () => {
  const made = asked({ title: 'A' });
  made.as('alice').call('task.next', {});
  made.as('alice').call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'x' });
  const { waiting, notBeforeClock = 0 } = made.task('T-1');
  const seconds = Math.round((notBeforeClock - CLOCK_MARGIN_MS - made.clock) / 100) / 10;
  expect(waiting).toEqual({ code: 'BACKOFF', on: `${seconds} s` });
});

test('[TK11] without an estimate no end is in sight before there is progress', () => {
  const made = asked({ title: 'A' });
  made.as('alice').call('task.next', {});
  expect(made.task('T-1')).not.toHaveProperty('etaAt');
  expect(made.task('T-1')).not.toHaveProperty('etaBasis');
});

test('[TK18] three losses are an alarm about the task, over when the task is', () => {
  const made = asked({ title: 'A' });
  for (let n = 0; n < 3; n++) {
    made.presence('alice', 'present');
    made.as('alice').call('task.next', {});
    made.lose('alice');
  }
  expect(made.task('T-1')).toMatchObject({
    status: 'blocked',
    reason: '3 agents in a row were lost while they had it.',
  });
  const alarm = made.replica.alarmOn('LOST_AGENTS', 'T-1');
  expect(alarm?.subject).toEqual({ kind: 'task', id: 'T-1' });
  made.as('human:kim').call('alarm.acknowledge', { alarmId: alarm?.id ?? '' });
  made.as('human:kim').call('task.cancel', { taskId: 'T-1', reason: 'x' });
  expect(made.replica.alarmOn('LOST_AGENTS', 'T-1')).toBeUndefined();
});

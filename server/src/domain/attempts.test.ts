import type { CommandInput } from '@signalbox/shared/commands';
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

describe('task.next', () => {
  test('[TK10] starts the assigned task first, else the best pending one, in one transaction', () => {
    const scene = new Scene();
    scene.agent('alice', { maxTasks: 2 });
    kim(scene).call('task.createMany', {
      tasks: [
        { title: 'Low', priority: 4 },
        { title: 'High', priority: 1 },
      ],
    });
    kim(scene).call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    const took = [1, 2].map(() => scene.as('alice').call('task.next', {}).task);
    expect(took).toMatchObject([
      { id: 'T-1', status: 'in_progress', assignee: 'alice', attempt: 1, startedAt: scene.at, progress: 0 },
      { id: 'T-2', status: 'in_progress', assignee: 'alice', attempt: 1 },
    ]);
    expect(took[0]).not.toHaveProperty('startByClock');
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'working', taskIds: ['T-1', 'T-2'] });
  });

  test.each<[string, (scene: Scene) => void, string]>([
    ['there is none', (scene) => kim(scene).call('task.cancel', { taskId: 'T-2', reason: 'no' }), 'EMPTY'],
    [
      'it cannot do the one there is',
      (scene) => kim(scene).call('task.update', { taskId: 'T-2', requires: ['sql'] }),
      'EMPTY',
    ],
    ['it takes no tasks', (scene) => scene.agent('bob', { accepts: 'none', takeover: true }), 'EMPTY'],
    ['it is paused', (scene) => kim(scene).call('directive.send', { to: 'bob', action: 'pause' }), 'PAUSED'],
    ['it has as many as it may', (scene) => scene.as('bob').call('task.next', {}), 'FULL'],
  ])('[TK10] gives nothing when %s: %s', (_, arrange, reason) => {
    const scene = started();
    kim(scene).call('task.createMany', { tasks: [{ title: 'Another' }] });
    arrange(scene);
    const before = scene.seq;
    expect(scene.as('bob').call('task.next', {})).toEqual({ task: null, reason });
    expect(scene.seq).toBe(before);
  });

  test('[TK10] a pause holds back the assigned task too', () => {
    const scene = new Scene();
    scene.agent('alice');
    kim(scene).call('task.create', { title: 'Add login' });
    scene.settle();
    kim(scene).call('directive.send', { to: 'alice', action: 'pause' });
    expect(scene.as('alice').call('task.next', {})).toEqual({ task: null, reason: 'PAUSED' });
    kim(scene).call('directive.send', { to: 'alice', action: 'resume' });
    expect(scene.as('alice').call('task.next', {})).toMatchObject({ task: { id: 'T-1', attempt: 1 } });
  });
});

describe('the attempt is the fence', () => {
  type Act = (scene: Scene, actor: string, attempt: number) => unknown;
  const acts: Record<string, Act> = {
    'task.start': (scene, actor, attempt) => scene.as(actor).attempt('task.start', { taskId: 'T-1', attempt }),
    'task.progress': (scene, actor, attempt) => scene.as(actor).attempt('task.progress', { taskId: 'T-1', attempt }),
    'task.complete': (scene, actor, attempt) => scene.as(actor).attempt('task.complete', { taskId: 'T-1', attempt }),
    'task.fail': (scene, actor, attempt) =>
      scene.as(actor).attempt('task.fail', { taskId: 'T-1', attempt, reason: 'x' }),
    'task.block': (scene, actor, attempt) =>
      scene.as(actor).attempt('task.block', { taskId: 'T-1', attempt, reason: 'x' }),
    'task.submit': (scene, actor, attempt) =>
      scene.as(actor).attempt('task.submit', { taskId: 'T-1', attempt, result: { summary: 'x' } }),
    'checkpoint.save': (scene, actor, attempt) =>
      scene.as(actor).attempt('checkpoint.save', { taskId: 'T-1', attempt }),
  };
  const situations: [string, (scene: Scene) => void, [string, number], string][] = [
    [
      'given to somebody else since',
      (s) => kim(s).call('task.assign', { taskId: 'T-1', agentId: 'bob' }),
      ['alice', 1],
      'STALE_ATTEMPT',
    ],
    ['taken back', (s) => kim(s).call('task.assign', { taskId: 'T-1', agentId: null }), ['alice', 1], 'STALE_ATTEMPT'],
    ['failed before', (s) => s.as('alice').call('task.fail', { ...claim, reason: 'x' }), ['alice', 1], 'STALE_ATTEMPT'],
    ['lost', (s) => s.lose('alice'), ['alice', 1], 'STALE_ATTEMPT'],
    ['cancelled', (s) => kim(s).call('task.cancel', { taskId: 'T-1', reason: 'no' }), ['alice', 1], 'STALE_ATTEMPT'],
    ['a stranger', () => {}, ['bob', 1], 'FORBIDDEN'],
    ['a person', () => {}, ['human:kim', 1], 'FORBIDDEN'],
    ['an attempt to come', () => {}, ['alice', 2], 'BAD_INPUT'],
    ['completed already', (s) => s.as('alice').call('task.complete', claim), ['alice', 1], 'INVALID_STATE'],
    [
      'in review',
      (s) => s.as('alice').call('task.submit', { ...claim, result: { summary: 'x' } }),
      ['alice', 1],
      'INVALID_STATE',
    ],
  ];
  const cases = Object.keys(acts).flatMap((act) => situations.map((situation) => [act, ...situation] as const));
  test.each(cases)('[TK11] %s, %s: refused', (act, _, arrange, [actor, attempt], code) => {
    const scene = started();
    arrange(scene);
    const before = scene.seq;
    expect(acts[act]?.(scene, actor, attempt)).toMatchObject({ refused: { code } });
    expect(scene.seq).toBe(before);
  });

  test('[TK11] a task that is not there is NOT_FOUND', () => {
    const scene = started();
    expect(scene.as('alice').refused('task.start', { taskId: 'T-9', attempt: 1 })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[TK11] starting twice is one start', () => {
    const scene = started();
    const before = scene.seq;
    scene.as('alice').call('task.start', claim);
    expect(scene.seq).toBe(before);
  });
});

describe('under way', () => {
  test('[TK12] progress moves on, with an end in sight from the pace so far', () => {
    const scene = started({ estimatedMinutes: 10 });
    const alice = scene.as('alice');
    expect(scene.task('T-1')).toMatchObject({ etaAt: scene.at + 600_000, etaBasis: 'estimate' });
    const activity = { doing: 'writing tests', step: 1, total: 4 };
    scene.pass(60_000);
    expect(alice.call('task.progress', { ...claim, progress: 25, activity }).task).toMatchObject({
      progress: 25,
      progressAt: scene.at,
      activity,
      etaAt: scene.at + 180_000,
      etaBasis: 'progress',
    });
    expect(scene.pass(1_000).as('alice').call('task.progress', claim).task).toMatchObject({ progress: 25, activity });
  });

  test('[TK13] a checkpoint replaces the one before as a whole; whoever continues starts from it', () => {
    const scene = started();
    const alice = scene.as('alice');
    alice.call('task.progress', { ...claim, progress: 60 });
    alice.call('checkpoint.save', { ...claim, note: 'half', data: { done: ['a'] } });
    const { task } = alice.call('checkpoint.save', { ...claim, data: { done: ['a', 'b'] } });
    expect(task.checkpoint).toEqual({ at: scene.at, bytes: '{"done":["a","b"]}'.length, attempt: 1 });
    expect(scene.replica.all('body').map(({ data }) => data)).toEqual([{ done: ['a', 'b'] }]);
    scene.lose('alice');
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({
      attempt: 2,
      progress: 60,
      checkpoint: { attempt: 1 },
      attempts: [
        { agentId: 'alice', fromCheckpoint: false },
        { agentId: 'bob', fromCheckpoint: true },
      ],
    });
  });

  test('[TK13] without a checkpoint the next one starts at 0', () => {
    const scene = started();
    scene.as('alice').call('task.progress', { ...claim, progress: 60 });
    scene.lose('alice');
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({ progress: 0 });
  });
});

describe('completing', () => {
  test('[TK14] keeps who did it, the result and the count, and releases what was locked for it', () => {
    const scene = started();
    const alice = scene.as('alice');
    const own = alice.call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    const kept = alice.call('lock.claim', { paths: ['b'] });
    const before = scene.seq;
    const { task } = alice.call('task.complete', { ...claim, result: { summary: 'works', commit: 'abc' } });
    expect(scene.seq).toBe(before + 1);
    expect(task).toMatchObject({ status: 'completed', assignee: 'alice', progress: 100, finishedAt: scene.at });
    expect(JSON.parse(scene.replica.get('body', task.bodies.result ?? '')?.text ?? '')).toEqual({
      summary: 'works',
      commit: 'abc',
    });
    expect(scene.replica.get('lock', own.lockId)).toBeUndefined();
    expect(scene.replica.get('lock', kept.lockId)).toBeDefined();
    expect(scene.need('agent', 'alice')).toMatchObject({
      state: 'idle',
      doneLast24h: 1,
      taskIds: [],
      evidenceAt: scene.at,
    });
  });

  test('[TK14] next: true brings the next task in the same transaction, or says why there is none', () => {
    const scene = started();
    kim(scene).call('task.create', { title: 'Another' });
    const before = scene.seq;
    expect(scene.as('alice').call('task.complete', { ...claim, next: true })).toMatchObject({
      task: { id: 'T-1', status: 'completed' },
      next: { id: 'T-2', status: 'in_progress', attempt: 1, assignee: 'alice' },
    });
    expect(scene.seq).toBe(before + 1);
    expect(scene.need('agent', 'alice')).toMatchObject({ taskIds: ['T-2'], doneLast24h: 1 });
    expect(scene.as('alice').call('task.complete', { taskId: 'T-2', attempt: 1, next: true })).toMatchObject({
      next: null,
      reason: 'EMPTY',
    });
  });

  test('[TK14] next: true may take what this very completion has freed', () => {
    const scene = started();
    kim(scene).call('task.create', { title: 'Then', dependencies: ['T-1'] });
    expect(scene.as('alice').call('task.complete', { ...claim, next: true }).next).toMatchObject({ id: 'T-2' });
  });
});

describe('failing', () => {
  test('[TK15] is tried again after 2 s, doubled with every failure, ± 25 %', () => {
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

  test('[TK15] not before its time, then ready at once; the reason stays to be read', () => {
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

  test('[TK15] as often as it may, it is failed for good, and people are told once', () => {
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

  test('[TK15] only the newest log and result are kept', () => {
    const scene = started();
    scene.as('alice').call('task.fail', { ...claim, reason: 'x', log: 'first' });
    scene.pass(10_000).sweep();
    scene.as('bob').call('task.next', {});
    scene.as('bob').call('task.fail', { taskId: 'T-1', attempt: 2, reason: 'x', log: 'second' });
    expect(scene.replica.all('body').map(({ text }) => text)).toEqual(['second']);
  });
});

describe('blocking', () => {
  test('[TK16] waits for somebody, then starts over with a new attempt', () => {
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
  ])('[TK17] %s hands it in: nobody works on it, its locks are free', (_, submit) => {
    const scene = started();
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    expect(submit(scene).task).toMatchObject({ status: 'needs_review', assignee: 'alice', progress: 100 });
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'idle', taskIds: [], doneLast24h: 0 });
    expect(scene.replica.count('lock')).toBe(0);
  });

  test('[TK17] a task with review completed with next: true is handed in, and the next one comes', () => {
    const scene = started({ review: true });
    kim(scene).call('task.create', { title: 'Another' });
    expect(scene.as('alice').call('task.complete', { ...claim, next: true })).toMatchObject({
      task: { status: 'needs_review' },
      next: { id: 'T-2' },
    });
  });

  test('[TK17] accepted by anybody but its assignee, whose it stays; the note is kept', () => {
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

  test('[TK17] rejected, it goes back in line and counts as no failure', () => {
    const scene = started();
    submitted(scene);
    const { task } = kim(scene).call('task.reject', { taskId: 'T-1', reason: 'no tests' });
    expect(task).toMatchObject({ status: 'pending', assignee: null, failures: 0, reason: 'no tests', progress: 0 });
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({ attempt: 2, reason: 'no tests' });
  });

  test('[TK17] only what was handed in can be reviewed', () => {
    const scene = started();
    expect(kim(scene).refused('task.accept', { taskId: 'T-1' })).toMatchObject({ code: 'INVALID_STATE' });
    expect(kim(scene).refused('task.reject', { taskId: 'T-1', reason: 'x' })).toMatchObject({ code: 'INVALID_STATE' });
  });

  test('[TK17] a dependent goes on with the acceptance, not with the submission', () => {
    const scene = started();
    kim(scene).call('task.create', { title: 'Then', dependencies: ['T-1'] });
    submitted(scene);
    expect(scene.task('T-2').waiting).toEqual({ code: 'DEPENDENCY', on: 'T-1' });
    scene.as('bob').call('task.accept', { taskId: 'T-1' });
    expect(scene.task('T-2').waiting).toBeUndefined();
  });
});

describe('agents that do not see it through', () => {
  test('[TK18] not started within 60 s: withdrawn, neither failure nor loss', () => {
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

  test('[TK19] three lost in a row: blocked, and people are told; unblocking forgives', () => {
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

  test('[TK19] a failure between them shows that the agent survived: the row starts anew', () => {
    const scene = started();
    scene.lose('alice');
    scene.as('bob').call('task.next', {});
    scene.as('bob').call('task.fail', { taskId: 'T-1', attempt: 2, reason: 'x' });
    expect(scene.task('T-1')).toMatchObject({ losses: 0, failures: 1 });
  });

  test('[TK11] the attempt never falls and grows with every assignment; the last 20 are kept', () => {
    const scene = started();
    for (let i = 0; i < 30; i++)
      kim(scene).call('task.assign', { taskId: 'T-1', agentId: i % 2 === 0 ? 'bob' : 'alice' });
    expect(scene.task('T-1').attempt).toBe(31);
    expect(scene.task('T-1').attempts.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 20 }, (_, i) => 12 + i),
    );
  });
});

import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
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
  test('[TK9] starts the assigned task first, else the best pending one, in one transaction', () => {
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
  ])('[TK9] gives nothing when %s: %s', (_, arrange, reason) => {
    const scene = started();
    kim(scene).call('task.createMany', { tasks: [{ title: 'Another' }] });
    arrange(scene);
    const before = scene.seq;
    expect(scene.as('bob').call('task.next', {})).toEqual({ task: null, reason });
    expect(scene.seq).toBe(before);
  });

  test('[TK9] a pause holds back the assigned task too', () => {
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
    [
      'given to the same agent again',
      (s) => {
        for (const agentId of [null, 'alice']) kim(s).call('task.assign', { taskId: 'T-1', agentId });
      },
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
  test.each(cases)('[TK10] %s, %s: refused', (act, _, arrange, [actor, attempt], code) => {
    const scene = started();
    arrange(scene);
    const before = scene.seq;
    expect(acts[act]?.(scene, actor, attempt)).toMatchObject({ refused: { code } });
    expect(scene.seq).toBe(before);
  });

  test('[TK10] a task that is not there is NOT_FOUND', () => {
    const scene = started();
    expect(scene.as('alice').refused('task.start', { taskId: 'T-9', attempt: 1 })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[TK10] starting twice is one start', () => {
    const scene = started();
    const before = scene.seq;
    scene.as('alice').call('task.start', claim);
    expect(scene.seq).toBe(before);
  });
});

describe('under way', () => {
  test('[TK11] progress moves on, with an end in sight from the pace so far', () => {
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

  test('[TK11] whoever goes on from a checkpoint is measured by its own pace', () => {
    const scene = started({ estimatedMinutes: 10 });
    scene
      .pass(60_000)
      .as('alice')
      .call('task.progress', { ...claim, progress: 60 });
    scene.as('alice').call('checkpoint.save', claim);
    expect(
      scene
        .pass(20_000)
        .as('alice')
        .call('task.progress', { ...claim, progress: 80 }).task.etaAt,
    ).toBe(scene.at + 20_000);
    scene.lose('alice');
    scene.as('bob').call('task.next', {});
    const own = { taskId: 'T-1', attempt: 2 };
    expect(
      scene
        .pass(30_000)
        .as('bob')
        .call('task.progress', { ...own, progress: 85 }).task.etaBasis,
    ).toBe('estimate');
    expect(
      scene
        .pass(30_000)
        .as('bob')
        .call('task.progress', { ...own, progress: 90 }).task,
    ).toMatchObject({
      etaAt: scene.at + 60_000,
      etaBasis: 'progress',
    });
  });

  test('[AG14] the last evidence of work is at most a minute older than what was seen', () => {
    const scene = started();
    const evidence = () => scene.need('agent', 'alice').evidenceAt;
    expect(evidence()).toBe(scene.at);
    scene
      .pass(59_000)
      .as('alice')
      .call('task.progress', { ...claim, progress: 5 });
    expect(evidence()).toBe(scene.at - 59_000);
    scene.pass(1_000).as('alice').call('checkpoint.save', claim);
    expect(evidence()).toBe(scene.at);
    scene
      .pass(60_000)
      .as('alice')
      .call('task.progress', { ...claim, progress: 6 });
    expect(evidence()).toBe(scene.at);
    scene.pass(60_000).as('alice').call('agent.heartbeat', {});
    expect(evidence()).toBe(scene.at - 60_000);
  });

  test('[TK11] to ask whether the attempt still stands is no report', () => {
    const scene = started();
    const { seq } = scene;
    expect(scene.as('alice').call('task.progress', claim).task.progressAt).toBeUndefined();
    expect(scene.seq).toBe(seq);
  });

  test('[TK12] a checkpoint replaces the one before as a whole; whoever continues starts from it', () => {
    const scene = started();
    const alice = scene.as('alice');
    alice.call('task.progress', { ...claim, progress: 60 });
    alice.call('checkpoint.save', { ...claim, note: 'half', data: { done: ['a'] } });
    const { task } = alice.call('checkpoint.save', { ...claim, data: { done: ['a', 'b'] } });
    expect(task.checkpoint).toEqual({ at: scene.at, bytes: '{"done":["a","b"]}'.length, attempt: 1 });
    expect(scene.replica.all('body').map(({ data }) => data)).toEqual([{ done: ['a', 'b'] }]);
    scene.lose('alice');
    const continued = scene.as('bob').call('task.next', {}).task;
    expect(continued).toMatchObject({
      attempt: 2,
      progress: 60,
      checkpoint: { attempt: 1 },
      attempts: [
        { agentId: 'alice', fromCheckpoint: false },
        { agentId: 'bob', fromCheckpoint: true },
      ],
    });
    expect(scene.replica.get('body', continued?.bodies.checkpoint ?? '')?.data).toEqual({ done: ['a', 'b'] });
  });

  test('[TK12] without a checkpoint the next one starts at 0', () => {
    const scene = started();
    scene.as('alice').call('task.progress', { ...claim, progress: 60 });
    scene.lose('alice');
    expect(scene.as('bob').call('task.next', {}).task).toMatchObject({ progress: 0 });
  });
});

describe('completing', () => {
  test('[TK13] keeps who did it, the result and the count, and releases what was locked for it', () => {
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

  test('[TK13] next: true brings the next task in the same transaction, or says why there is none', () => {
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

  test('[TK13] next: true may take what this very completion has freed', () => {
    const scene = started();
    kim(scene).call('task.create', { title: 'Then', dependencies: ['T-1'] });
    expect(scene.as('alice').call('task.complete', { ...claim, next: true }).next).toMatchObject({ id: 'T-2' });
  });
});

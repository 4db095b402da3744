import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { readyTasks } from './testing/ready.ts';
import { Scene } from './testing/scene.ts';

type Plan = CommandInput<'task.createMany'>['tasks'];

/** Kim's plan, with nobody there to work on it. */
function planned(...tasks: Plan): Scene {
  const scene = new Scene();
  scene.as('human:kim').call('task.createMany', { tasks });
  return scene;
}
const kim = (scene: Scene) => scene.as('human:kim');
const statuses = (scene: Scene) =>
  scene.replica
    .all('task')
    .map(({ id, status, waiting }) => [id, status, waiting?.code, waiting?.on].filter(Boolean).join(' '));

/** Alice takes the best task and completes it. */
function complete(scene: Scene, taskId: string): void {
  scene.agent('alice', { takeover: true, accepts: 'pull' });
  scene.as('human:kim').call('task.assign', { taskId, agentId: 'alice' });
  const { attempt } = scene.task(taskId);
  scene.as('alice').call('task.start', { taskId, attempt });
  scene.as('alice').call('task.complete', { taskId, attempt });
  scene.as('alice').call('agent.leave', {});
}

describe('creating', () => {
  test('[TK1] fills in what was not said', () => {
    const scene = new Scene();
    scene.agent('alice');
    const { task } = scene.as('alice').call('task.create', { title: 'Add login', files: ['src/auth/'] });
    expect(task).toEqual({
      kind: 'task',
      id: 'T-1',
      rev: scene.seq,
      title: 'Add login',
      type: 'task',
      priority: 3,
      dependencies: [],
      files: ['src/auth/**'],
      requires: [],
      estimatedMinutes: null,
      review: false,
      status: 'pending',
      assignee: null,
      attempt: 0,
      failures: 0,
      losses: 0,
      maxAttempts: 3,
      progress: 0,
      createdBy: 'alice',
      createdAt: scene.at,
      attempts: [],
      bodies: {},
    });
  });

  test('[TK1] keeps long text apart from the task', () => {
    const scene = new Scene();
    const { task } = kim(scene).call('task.create', { title: 'Add login', description: 'With a cookie.' });
    expect(task).not.toHaveProperty('description');
    expect(scene.replica.get('body', task.bodies.description ?? '')?.text).toBe('With a cookie.');
  });

  test('[TK2] a plan refers to its own tasks by key, in any order, and to those that are there by id', () => {
    const scene = planned({ title: 'Before' });
    kim(scene).call('task.createMany', {
      tasks: [
        { title: 'Report', dependencies: ['scan', 'scan', 'T-1'] },
        { key: 'scan', title: 'Scan' },
      ],
    });
    expect(scene.task('T-2').dependencies).toEqual(['T-3', 'T-1']);
    expect(statuses(scene)).toEqual(['T-1 pending', 'T-2 pending DEPENDENCY T-3', 'T-3 pending']);
  });

  test.each<{ title: string; tasks: Plan; error: object }>([
    {
      title: 'the same key twice',
      tasks: [
        { key: 'a', title: 'A' },
        { key: 'a', title: 'B' },
      ],
      error: { code: 'BAD_INPUT', details: { field: 'tasks.1.key' } },
    },
    {
      title: 'a name that is nowhere',
      tasks: [{ title: 'A', dependencies: ['b'] }],
      error: { code: 'BAD_INPUT', details: { field: 'tasks.0.dependencies' } },
    },
    {
      title: 'the id its own task would get',
      tasks: [{ title: 'A', dependencies: ['T-1'] }],
      error: { code: 'BAD_INPUT', details: { field: 'tasks.0.dependencies' } },
    },
    {
      title: 'the id an earlier task of the plan would get',
      tasks: [
        { key: 'a', title: 'A', dependencies: ['b'] },
        { key: 'b', title: 'B', dependencies: ['T-1'] },
      ],
      error: { code: 'BAD_INPUT', details: { field: 'tasks.1.dependencies' } },
    },
    {
      title: 'itself',
      tasks: [{ key: 'a', title: 'A', dependencies: ['a'] }],
      error: { code: 'CYCLE', details: { cycle: ['a', 'a'] } },
    },
    {
      title: 'a circle behind a tail',
      tasks: [
        { key: 'tail', title: 'T', dependencies: ['a'] },
        { key: 'a', title: 'A', dependencies: ['b'] },
        { key: 'b', title: 'B', dependencies: ['c'] },
        { key: 'c', title: 'C', dependencies: ['a'] },
      ],
      error: { code: 'CYCLE', details: { cycle: ['a', 'b', 'c', 'a'] } },
    },
  ])('[TK2] a plan with $title is refused as a whole', ({ tasks, error }) => {
    const scene = new Scene();
    expect(kim(scene).refused('task.createMany', { tasks })).toMatchObject(error);
    expect([scene.seq, scene.replica.count('task'), scene.replica.count('counter')]).toEqual([0, 0, 0]);
  });

  test('[TK2] a chain of a thousand is no circle', () => {
    const chain = Array.from({ length: 1_000 }, (_, i) => ({
      key: `k${i}`,
      title: `Step ${i}`,
      ...(i < 999 && { dependencies: [`k${i + 1}`] }),
    }));
    const scene = planned(...chain);
    expect(statuses(scene).slice(-2)).toEqual(['T-999 pending DEPENDENCY T-1000', 'T-1000 pending']);
  });

  test('[TK2] a single task names only what is there', () => {
    const scene = new Scene();
    expect(kim(scene).refused('task.create', { title: 'A', dependencies: ['T-1'] })).toMatchObject({
      code: 'BAD_INPUT',
      details: { field: 'dependencies' },
    });
  });
});

describe('dependencies', () => {
  const abc: Plan = [
    { key: 'a', title: 'A' },
    { key: 'b', title: 'B', dependencies: ['a'] },
    { title: 'C', dependencies: ['a', 'b'] },
  ];

  test('[TK3] gate: a task waits for the first that is not complete, then for the next, then is ready', () => {
    const scene = planned(...abc);
    expect(statuses(scene)).toEqual(['T-1 pending', 'T-2 pending DEPENDENCY T-1', 'T-3 pending DEPENDENCY T-1']);
    complete(scene, 'T-1');
    expect(statuses(scene)).toEqual(['T-1 completed', 'T-2 pending', 'T-3 pending DEPENDENCY T-2']);
    complete(scene, 'T-2');
    expect(statuses(scene)).toEqual(['T-1 completed', 'T-2 completed', 'T-3 pending']);
  });

  test('[TK3] cannot be jumped over by an assignment', () => {
    const scene = planned(...abc);
    scene.agent('alice');
    expect(kim(scene).refused('task.assign', { taskId: 'T-2', agentId: 'alice' })).toMatchObject({
      code: 'INVALID_STATE',
    });
    expect(readyTasks(scene.replica).map(({ id }) => id)).toEqual(['T-1']);
  });

  test('[TK4] one that died blocks what depends on it, and what is created on it; a retry revives both', () => {
    const scene = planned(...abc);
    kim(scene).call('task.cancel', { taskId: 'T-1', reason: 'no' });
    kim(scene).call('task.create', { title: 'D', dependencies: ['T-1'] });
    expect(statuses(scene)).toEqual([
      'T-1 cancelled',
      'T-2 blocked DEPENDENCY T-1',
      'T-3 blocked DEPENDENCY T-1',
      'T-4 blocked DEPENDENCY T-1',
    ]);
    expect(scene.task('T-2').reason).toBe('Its dependency T-1 cancelled.');
    kim(scene).call('task.retry', { taskId: 'T-1' });
    expect(statuses(scene)).toEqual([
      'T-1 pending',
      'T-2 pending DEPENDENCY T-1',
      'T-3 pending DEPENDENCY T-1',
      'T-4 pending DEPENDENCY T-1',
    ]);
    expect(scene.task('T-2')).not.toHaveProperty('reason');
  });

  test('[TK4] what its agent has blocked is nobody else to unblock by finishing', () => {
    const scene = planned({ title: 'A' });
    scene.agent('alice');
    scene.as('alice').call('task.next', {});
    scene.as('alice').call('task.block', { taskId: 'T-1', attempt: 1, reason: 'no access' });
    kim(scene).call('task.create', { title: 'B' });
    kim(scene).call('task.update', { taskId: 'T-1', dependencies: ['T-2'] });
    complete(scene, 'T-2');
    expect(scene.task('T-1')).toMatchObject({ status: 'blocked', reason: 'no access' });
  });
});

describe('updating', () => {
  test('[TK5] changes what is named and nothing else', () => {
    const scene = planned({ title: 'A', description: 'old', requires: ['sql'] });
    const { task } = kim(scene).call('task.update', { taskId: 'T-1', priority: 1, description: 'new' });
    expect(task).toMatchObject({ title: 'A', priority: 1, requires: ['sql'] });
    expect(scene.replica.all('body').map(({ text }) => text)).toEqual(['new']);
  });

  test.each<[string, string[], object]>([
    ['itself', ['T-1'], { code: 'CYCLE', details: { cycle: ['T-1', 'T-1'] } }],
    ['what depends on it', ['T-3'], { code: 'CYCLE', details: { cycle: ['T-1', 'T-3', 'T-2', 'T-1'] } }],
    ['what is not there', ['T-9'], { code: 'BAD_INPUT', details: { field: 'dependencies' } }],
  ])('[TK5] a task cannot depend on %s', (_, dependencies, error) => {
    const scene = planned(
      { key: 'a', title: 'A' },
      { key: 'b', title: 'B', dependencies: ['a'] },
      { title: 'C', dependencies: ['b'] },
    );
    expect(kim(scene).refused('task.update', { taskId: 'T-1', dependencies })).toMatchObject(error);
  });

  test('[TK5] a new dependency gates at once, a dropped one lets go', () => {
    const scene = planned({ title: 'A' }, { title: 'B' });
    kim(scene).call('task.update', { taskId: 'T-2', dependencies: ['T-1'] });
    expect(statuses(scene)).toEqual(['T-1 pending', 'T-2 pending DEPENDENCY T-1']);
    kim(scene).call('task.update', { taskId: 'T-2', dependencies: [] });
    expect(statuses(scene)).toEqual(['T-1 pending', 'T-2 pending']);
  });

  test('[TK5] a new dependency takes a task back that was given out and not started', () => {
    const scene = planned({ title: 'A' }, { title: 'B' });
    scene.agent('alice');
    kim(scene).call('task.assign', { taskId: 'T-2', agentId: 'alice' });
    kim(scene).call('task.update', { taskId: 'T-2', dependencies: ['T-1'] });
    expect(statuses(scene)).toEqual(['T-1 pending', 'T-2 pending DEPENDENCY T-1']);
    expect(scene.task('T-2')).toMatchObject({ assignee: null, failures: 0, losses: 0 });
    expect(scene.as('alice').refused('task.start', { taskId: 'T-2', attempt: 1 })).toMatchObject({
      code: 'STALE_ATTEMPT',
    });
  });

  test('[TK5] dependencies of a task under way cannot change: it has started', () => {
    const scene = planned({ title: 'A' }, { title: 'B' });
    scene.agent('alice');
    scene.as('alice').call('task.next', {});
    expect(kim(scene).refused('task.update', { taskId: 'T-1', dependencies: ['T-2'] })).toMatchObject({
      code: 'INVALID_STATE',
    });
  });

  test('[TK5] a dependency that comes during a backoff gates when the backoff is over', () => {
    const scene = planned({ title: 'A' }, { title: 'B', priority: 4 });
    scene.agent('alice', { accepts: 'pull' });
    scene.as('alice').call('task.next', {});
    scene.as('alice').call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'no compiler' });
    kim(scene).call('task.update', { taskId: 'T-1', dependencies: ['T-2'] });
    scene.pass(10_000).sweep();
    expect(statuses(scene)[0]).toBe('T-1 pending DEPENDENCY T-2');
    expect(scene.as('alice').call('task.next', {}).task?.id).toBe('T-2');
  });

  test('[TK5] a backoff is not ended by an update of the dependencies, nor by one that completes', () => {
    const scene = planned({ title: 'A' }, { title: 'B' });
    scene.agent('bob', { accepts: 'pull' });
    scene.as('bob').call('task.next', {});
    scene.as('bob').call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'no compiler' });
    kim(scene).call('task.update', { taskId: 'T-1', dependencies: ['T-2'] });
    complete(scene, 'T-2');
    expect(scene.task('T-1')).toMatchObject({ waiting: { code: 'BACKOFF' }, reason: 'no compiler' });
    expect(readyTasks(scene.replica)).toEqual([]);
    scene.pass(10_000).sweep();
    expect(readyTasks(scene.replica).map(({ id }) => id)).toEqual(['T-1']);
  });

  test('[TK5] a finished task stays as it is', () => {
    const scene = planned({ title: 'A' });
    kim(scene).call('task.cancel', { taskId: 'T-1', reason: 'no' });
    expect(kim(scene).refused('task.update', { taskId: 'T-1', title: 'B' })).toMatchObject({ code: 'INVALID_STATE' });
    expect(kim(scene).refused('task.update', { taskId: 'T-9', title: 'B' })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

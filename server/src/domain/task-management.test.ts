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

describe('cancelling and giving', () => {
  /** T-1 by alice, who works on T-2 by kim. */
  function two(): Scene {
    const scene = new Scene();
    for (const id of ['alice', 'bob']) scene.agent(id, { maxTasks: 2 });
    scene.agent('carol', { accepts: 'none' });
    scene.as('alice').call('task.create', { title: 'Mine', priority: 4 });
    kim(scene).call('task.create', { title: 'Hers', priority: 1 });
    scene.as('alice').call('task.next', {});
    return scene;
  }

  test.each([
    ['alice', 'T-1', undefined],
    ['human:ann', 'T-1', undefined],
    ['human:ann', 'T-2', undefined],
    ['bob', 'T-1', 'FORBIDDEN'],
    ['alice', 'T-2', 'FORBIDDEN'],
    ['bob', 'T-9', 'NOT_FOUND'],
  ])('[TK6] %s may cancel and give %s: %s', (actor, taskId, code) => {
    for (const act of [
      (scene: Scene) => scene.as(actor).attempt('task.cancel', { taskId, reason: 'no' }),
      (scene: Scene) => scene.as(actor).attempt('task.assign', { taskId, agentId: 'bob' }),
    ]) {
      const reply = act(two());
      expect('refused' in reply ? reply.refused.code : undefined).toBe(code);
    }
  });

  test('[TK6] cancelling ends the attempt with its locks and claims, for good', () => {
    const scene = two();
    scene.as('bob').call('lock.claim', { paths: ['b'] });
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-2' });
    scene.as('alice').call('lock.claim', { paths: ['b'], taskId: 'T-2', waitMs: 60_000 });
    const { task } = kim(scene).call('task.cancel', { taskId: 'T-2', reason: 'not needed' });
    expect(task).toMatchObject({ status: 'cancelled', assignee: null, reason: 'not needed', finishedAt: scene.at });
    expect(scene.replica.locksOf('alice')).toEqual([]);
    expect(scene.replica.count('waiter')).toBe(0);
    expect(scene.as('alice').refused('task.complete', { taskId: 'T-2', attempt: 1 })).toMatchObject({
      code: 'STALE_ATTEMPT',
    });
    expect(kim(scene).refused('task.cancel', { taskId: 'T-2', reason: 'no' })).toMatchObject({ code: 'INVALID_STATE' });
  });

  test('[TK7] giving a task away fences who had it and counts as nothing', () => {
    const scene = two();
    const { task } = kim(scene).call('task.assign', { taskId: 'T-2', agentId: 'bob' });
    expect(task).toMatchObject({ status: 'pending', assignee: 'bob', attempt: 2, failures: 0, losses: 0 });
    expect(task.attempts).toMatchObject([{ agentId: 'alice', outcome: 'reassigned' }, { agentId: 'bob' }]);
    expect(scene.as('alice').refused('task.complete', { taskId: 'T-2', attempt: 1 })).toMatchObject({
      code: 'STALE_ATTEMPT',
      details: { attempt: 2, assignee: 'bob' },
    });
  });

  test('[TK7] to whom has it already changes nothing; to nobody puts it back in line', () => {
    const scene = two();
    const before = scene.seq;
    kim(scene).call('task.assign', { taskId: 'T-2', agentId: 'alice' });
    expect(scene.seq).toBe(before);
    const { task } = kim(scene).call('task.assign', { taskId: 'T-2', agentId: null });
    expect(task).toMatchObject({ status: 'pending', assignee: null, attempt: 1 });
  });

  test('[TK7] ends a backoff, also with nobody named', () => {
    const scene = two();
    scene.as('alice').call('task.fail', { taskId: 'T-2', attempt: 1, reason: 'no compiler' });
    const { task } = kim(scene).call('task.assign', { taskId: 'T-2', agentId: null });
    expect(task).not.toHaveProperty('waiting');
    expect(readyTasks(scene.replica).map(({ id }) => id)).toEqual(['T-2', 'T-1']);
  });

  test.each([
    ['nobody', 'NOT_FOUND'],
    ['carol', 'INVALID_STATE'],
  ])('[TK7] %s cannot be given a task: %s', (agentId, code) => {
    expect(kim(two()).refused('task.assign', { taskId: 'T-1', agentId })).toMatchObject({ code });
  });

  test('[TK7] whoever is lost would not hear of a task; what it has stays with it until it is taken', () => {
    const scene = two();
    scene.presence('bob', 'lost');
    expect(kim(scene).refused('task.assign', { taskId: 'T-1', agentId: 'bob' })).toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining('bob is lost'),
    });
  });

  test('[TK7] what is finished, blocked or in review cannot be given to anybody', () => {
    const scene = two();
    scene.as('alice').call('task.submit', { taskId: 'T-2', attempt: 1, result: { summary: 'ready' } });
    expect(kim(scene).refused('task.assign', { taskId: 'T-2', agentId: 'bob' })).toMatchObject({
      code: 'INVALID_STATE',
    });
  });
});

describe('trying again', () => {
  test('[TK8] retry gives a failed, cancelled or blocked task fresh attempts; no other', () => {
    const scene = planned({ title: 'A', maxAttempts: 1 });
    scene.agent('alice', { accepts: 'pull' });
    const alice = scene.as('alice');
    alice.call('task.next', {});
    expect(kim(scene).refused('task.retry', { taskId: 'T-1' })).toMatchObject({ code: 'INVALID_STATE' });
    alice.call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'no compiler' });
    const { task } = kim(scene).call('task.retry', { taskId: 'T-1' });
    expect(task).toMatchObject({ status: 'pending', assignee: null, failures: 0, attempt: 1 });
    expect(task).not.toHaveProperty('finishedAt');
    expect(task).not.toHaveProperty('reason');
    expect(scene.need('alarm', 'A-1').state).toBe('returned');
    expect(alice.call('task.next', {}).task).toMatchObject({ id: 'T-1', attempt: 2 });
  });

  test('[TK8] unblock is for blocked tasks only, and does not outvote a dead dependency', () => {
    const scene = planned({ key: 'a', title: 'A' }, { title: 'B', dependencies: ['a'] });
    expect(kim(scene).refused('task.unblock', { taskId: 'T-1' })).toMatchObject({ code: 'INVALID_STATE' });
    kim(scene).call('task.cancel', { taskId: 'T-1', reason: 'no' });
    kim(scene).call('task.unblock', { taskId: 'T-2' });
    expect(scene.task('T-2')).toMatchObject({ status: 'blocked', waiting: { code: 'DEPENDENCY', on: 'T-1' } });
  });
});

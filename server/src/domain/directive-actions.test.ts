import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

type Order = CommandInput<'directive.send'>;

/** Alice at work on T-1, T-2 and T-3 in line, bob with nothing. */
function scene(): Scene {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull', maxTasks: 3 });
  made.agent('bob', { accepts: 'pull', maxTasks: 3 });
  for (const title of ['one', 'two', 'three']) kim(made).call('task.create', { title });
  made.as('alice').call('task.next', {});
  return made;
}
const kim = (on: Scene) => on.as('human:kim');
const send = (on: Scene, order: Partial<Order>) =>
  kim(on).call('directive.send', { to: 'alice', action: 'say', ...order });
const refused = (on: Scene, order: Partial<Order>) =>
  kim(on).refused('directive.send', { to: 'alice', action: 'say', ...order });
const receipt = (on: Scene, id = 'D-1:alice') => on.replica.get('receipt', id);

describe('drain', () => {
  test('[DR6] gives nothing more, by no way; what is under way goes on', () => {
    const made = scene();
    made.agent('bob', { accepts: 'none', takeover: true });
    made.agent('alice', { accepts: 'push', maxTasks: 3, takeover: true });
    send(made, { action: 'drain' });
    made.settle();
    expect(made.need('agent', 'alice')).toMatchObject({ state: 'draining', taskIds: ['T-1'] });
    expect(made.task('T-2').waiting).toMatchObject({ code: 'NO_AGENT' });
    expect(made.as('alice').call('task.next', {})).toEqual({ task: null, reason: 'DRAINING' });
    expect(kim(made).refused('task.assign', { taskId: 'T-2', agentId: 'alice' })).toMatchObject({
      code: 'INVALID_STATE',
    });
    const attempt = { taskId: 'T-1', attempt: 1 };
    made.as('alice').call('task.progress', { ...attempt, progress: 50 });
    expect(made.as('alice').call('task.complete', { ...attempt, next: true })).toMatchObject({
      task: { status: 'completed' },
      next: null,
      reason: 'DRAINING',
    });
  });

  test('[DR6] what it was given and has not started goes to others at once', () => {
    const made = scene();
    kim(made).call('task.assign', { taskId: 'T-2', agentId: 'alice' });
    send(made, { action: 'drain' });
    expect(made.task('T-2')).toMatchObject({ status: 'pending', assignee: null, failures: 0, losses: 0 });
    expect(made.as('bob').call('task.next', {})).toMatchObject({ task: { id: 'T-2' } });
    expect(made.task('T-1').assignee).toBe('alice');
  });

  test('[DR6] stands behind paused and before waiting; resume ends both, and a new process does not', () => {
    const made = scene();
    const word = () => made.need('agent', 'alice').state;
    send(made, { action: 'drain' });
    send(made, { action: 'pause' });
    expect(word()).toBe('paused');
    expect(made.as('alice').call('task.next', {})).toEqual({ task: null, reason: 'PAUSED' });
    made.agent('alice', { accepts: 'pull', takeover: true });
    expect(made.need('agent', 'alice')).toMatchObject({ paused: true, draining: true });
    send(made, { action: 'resume' });
    expect(made.need('agent', 'alice')).not.toHaveProperty('draining');
    expect(word()).toBe('working');
    made.as('bob').call('lock.claim', { paths: ['a'] });
    made.as('alice').call('lock.claim', { paths: ['a'], waitMs: 1_000 });
    expect(word()).toBe('waiting');
    send(made, { action: 'drain' });
    expect(word()).toBe('draining');
  });

  test('[DR6] an agent that leaves and comes back is not draining', () => {
    const made = scene();
    send(made, { action: 'drain' });
    made.as('alice').call('agent.leave', {});
    expect(made.agent('alice')).not.toHaveProperty('draining');
  });
});

describe('assign', () => {
  test('[DR7] gives the task as task.assign does, in the same transaction', () => {
    const made = scene();
    const before = made.log.length;
    send(made, { to: ['bob'], action: 'assign', taskId: 'T-2' });
    expect(made.task('T-2')).toMatchObject({ assignee: 'bob', attempt: 1, status: 'pending' });
    expect(made.log.length).toBe(before + 1);
    expect(receipt(made, 'D-1:bob')).toMatchObject({ state: 'queued' });
  });

  test('[DR7] takes it from whoever has it', () => {
    const made = scene();
    send(made, { to: 'bob', action: 'assign', taskId: 'T-1' });
    expect(made.task('T-1')).toMatchObject({ assignee: 'bob', attempt: 2, status: 'pending' });
  });

  test('[DR7] is refused as task.assign is, and then there is no directive', () => {
    const made = scene();
    kim(made).call('task.create', { title: 'after', dependencies: ['T-1'] });
    kim(made).call('task.cancel', { taskId: 'T-3', reason: 'x' });
    for (const taskId of ['T-3', 'T-4'])
      expect(refused(made, { to: 'bob', action: 'assign', taskId })).toMatchObject({ code: 'INVALID_STATE' });
    made.agent('eve', { accepts: 'none' });
    expect(refused(made, { to: 'eve', action: 'assign', taskId: 'T-2' })).toMatchObject({ code: 'INVALID_STATE' });
    expect([made.replica.count('directive'), made.replica.count('receipt')]).toEqual([0, 0]);
  });
});

describe('cancel', () => {
  test('[DR7] cancels as task.cancel does, with the words as the reason', () => {
    const made = scene();
    made.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    send(made, { action: 'cancel', taskId: 'T-1', body: 'not needed' });
    expect(made.task('T-1')).toMatchObject({ status: 'cancelled', reason: 'not needed', assignee: null });
    expect(made.replica.count('lock')).toBe(0);
    send(made, { action: 'cancel', taskId: 'T-2' });
    expect(made.task('T-2').reason).toBe('Cancelled by D-2.');
    send(made, { action: 'cancel', taskId: 'T-3', body: 'x'.repeat(4_000) });
    expect(made.task('T-3').reason).toBe('x'.repeat(2_000));
  });

  test('[DR7] goes to whoever works on it, maybe among others', () => {
    const made = scene();
    expect(refused(made, { to: 'bob', action: 'cancel', taskId: 'T-1' })).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('T-1 is with alice'),
      details: { field: 'to' },
    });
    send(made, { to: 'all', action: 'cancel', taskId: 'T-1' });
    expect(made.task('T-1').status).toBe('cancelled');
  });

  test('[DR7] is refused as task.cancel is', () => {
    const made = scene();
    made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(refused(made, { action: 'cancel', taskId: 'T-1' })).toMatchObject({ code: 'INVALID_STATE' });
    expect(made.replica.count('directive')).toBe(0);
  });
});

describe('checkpoint', () => {
  const save = (on: Scene, taskId = 'T-1', attempt = 1) =>
    on.as('alice').call('checkpoint.save', { taskId, attempt, data: 1 });

  test.each([{}, { taskId: 'T-1' }])('[DR8] %j is done when the agent saves, and not before', (about) => {
    const made = scene();
    send(made, { action: 'checkpoint', ...about });
    made.as('alice').call('task.progress', { taskId: 'T-1', attempt: 1, progress: 10 });
    expect(receipt(made)?.state).toBe('queued');
    save(made);
    const { seq } = made;
    expect(receipt(made)).toMatchObject({ state: 'done', effect: { command: 'checkpoint.save', seq, at: made.at } });
    expect(made.need('directive', 'D-1')).toMatchObject({ counts: { done: 1 }, effect: { seq } });
  });

  test('[DR8] of one task is not done by saving another', () => {
    const made = scene();
    made.as('alice').call('task.next', {});
    send(made, { action: 'checkpoint', taskId: 'T-2' });
    save(made, 'T-1');
    expect(receipt(made)?.state).toBe('queued');
    save(made, 'T-2');
    expect(receipt(made)?.state).toBe('done');
  });

  test('[DR8] is done also when it was acknowledged or said to be done before; another save proves nothing more', () => {
    const made = scene();
    for (const state of ['acknowledged', 'done'] as const) {
      const { directiveId } = send(made, { action: 'checkpoint' });
      made.as('alice').call('directive.receipt', { directiveId, state });
    }
    save(made);
    const { seq } = made;
    save(made);
    for (const id of ['D-1:alice', 'D-2:alice'])
      expect(receipt(made, id)).toMatchObject({ state: 'done', effect: { command: 'checkpoint.save', seq } });
  });

  test.each([{}, { taskId: 'T-1' }])('[DR8] %j is not done by other work, and still by saving after it', (about) => {
    const made = scene();
    const { directiveId } = send(made, { action: 'checkpoint', ...about });
    made.as('alice').call('directive.receipt', { directiveId, state: 'acknowledged' });
    made.as('alice').call('task.progress', { taskId: 'T-1', attempt: 1, progress: 10 });
    expect(receipt(made)).not.toHaveProperty('effect');
    save(made);
    expect(receipt(made)).toMatchObject({ state: 'done', effect: { command: 'checkpoint.save', seq: made.seq } });
  });

  test('[DR8] declined stays declined, and saving says nothing of other orders', () => {
    const made = scene();
    send(made, { action: 'checkpoint' });
    send(made, { action: 'say', body: 'x' });
    made.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'declined' });
    save(made);
    expect([receipt(made)?.state, receipt(made, 'D-2:alice')?.state]).toEqual(['declined', 'queued']);
  });
});

test.each<[string, Partial<Order>, string]>([
  ['assign without a task', { action: 'assign' }, 'taskId'],
  ['cancel without a task', { action: 'cancel' }, 'taskId'],
  ['pause of a task', { action: 'pause', taskId: 'T-1' }, 'taskId'],
  ['resume of a task', { action: 'resume', taskId: 'T-1' }, 'taskId'],
  ['drain of a task', { action: 'drain', taskId: 'T-1' }, 'taskId'],
  ['assign of no task there is', { action: 'assign', taskId: 'T-9' }, 'taskId'],
  ['assign to two', { to: ['alice', 'bob'], action: 'assign', taskId: 'T-2' }, 'to'],
  ['assign to a group of two', { to: 'all', action: 'assign', taskId: 'T-2' }, 'to'],
  ['a checkpoint of what nobody works on', { action: 'checkpoint', taskId: 'T-2' }, 'taskId'],
  ['a checkpoint from who has not got it', { to: 'bob', action: 'checkpoint', taskId: 'T-1' }, 'to'],
  ['a checkpoint of one task from all', { to: 'all', action: 'checkpoint', taskId: 'T-1' }, 'to'],
  ['answers to a say', { action: 'say', body: 'x', options: ['a', 'b'] }, 'options'],
  ['expiring before it must be acknowledged', { action: 'pause', ackByMs: 9_000, expiresMs: 5_000 }, 'ackByMs'],
])('[DR9] %s makes no sense, and the field is named', (_, order, field) => {
  const made = scene();
  const { seq } = made;
  expect(refused(made, order)).toMatchObject({
    code: 'BAD_INPUT',
    details: { field },
    message: expect.stringMatching(`^${field}: `),
  });
  expect(made.seq).toBe(seq);
});

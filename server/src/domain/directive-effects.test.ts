import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test, vi } from 'vitest';
import { LedgerDraft } from '../ledger/draft.ts';
import { Scene } from './testing/scene.ts';

/** Alice at work on T-1, bob on T-2, T-3 in line, kim and her directive D-1 to alice. */
function scene(order: Partial<CommandInput<'directive.send'>> = {}): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull', maxTasks: 3 });
  for (const title of ['one', 'two', 'three']) kim(made).call('task.create', { title });
  for (const id of ['alice', 'bob']) made.as(id).call('task.next', {});
  kim(made).call('directive.send', { to: 'alice', action: 'say', body: 'mind the tests', ...order });
  return made;
}
const kim = (on: Scene) => on.as('human:kim');
const receipt = (on: Scene, state: CommandInput<'directive.receipt'>['state'], who = 'alice') =>
  on.as(who).call('directive.receipt', { directiveId: 'D-1', state });
const effects = (on: Scene, who = 'alice') => [
  on.replica.get('receipt', `D-1:${who}`)?.effect?.command,
  on.need('directive', 'D-1').effect?.command,
];
const progress = (on: Scene, who = 'alice', taskId = 'T-1') =>
  on.as(who).call('task.progress', { taskId, attempt: 1, progress: 10 });
const NONE = [undefined, undefined];

describe('the effect', () => {
  test.each(['acknowledged', 'done'] as const)('[DR10] is the first command on the matter after %s', (state) => {
    const made = scene({ taskId: 'T-1' });
    progress(made);
    receipt(made, 'read');
    progress(made);
    expect(effects(made)).toEqual(NONE);
    receipt(made, state);
    expect(effects(made)).toEqual(NONE);
    made.pass(5_000);
    progress(made);
    const effect = { command: 'task.progress', seq: made.seq, at: made.at };
    made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(made.replica.get('receipt', 'D-1:alice')?.effect).toEqual(effect);
    expect(made.need('directive', 'D-1').effect).toEqual(effect);
    expect(made.replica.hasEffectToCome('alice')).toBe(false);
  });

  test.each(['declined', 'failed'] as const)('[DR10] there is none of what was %s', (state) => {
    const made = scene();
    receipt(made, state);
    progress(made);
    expect(effects(made)).toEqual(NONE);
  });

  test('[DR10] signs of life and words are none, nor a renewal that a client sends by itself', () => {
    const made = scene();
    made.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    made.as('bob').call('message.send', { to: 'alice', type: 'note', body: 'x' });
    kim(made).call('directive.send', { to: 'alice', action: 'ask', body: 'and?' });
    receipt(made, 'acknowledged');
    const alice = made.as('alice');
    alice.call('agent.heartbeat', { activity: { doing: 'x' } });
    alice.call('agent.update', { maxTasks: 2 });
    alice.call('directive.receipt', { directiveId: 'D-2', state: 'done', note: 'yes' });
    alice.call('message.send', { to: 'bob', type: 'note', body: 'x' });
    alice.call('message.ack', { messageIds: ['M-1'] });
    alice.call('question.ask', { body: 'x', taskId: 'T-1' });
    alice.call('lock.renew', {});
    alice.call('lock.check', { paths: ['a'] });
    alice.call('task.progress', { taskId: 'T-1', attempt: 1 });
    made.sweep();
    expect(effects(made)).toEqual(NONE);
    alice.call('lock.release', { lockId: 'L-1', fence: made.need('lock', 'L-1').fence });
    expect(effects(made)).toEqual(['lock.release', 'lock.release']);
  });

  test.each<[string, (on: Scene) => unknown]>([
    ['task.complete', (on) => on.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 })],
    ['task.next', (on) => on.as('alice').call('task.next', {})],
    ['lock.claim', (on) => on.as('alice').call('lock.claim', { paths: ['z'] })],
    ['lock.claim', (on) => on.as('alice').call('lock.claim', { paths: ['bobs'], waitMs: 1_000 })],
    ['checkpoint.save', (on) => on.as('alice').call('checkpoint.save', { taskId: 'T-1', attempt: 1 })],
  ])('[DR11] without a task: %s, for it is about a task or claim of its own', (command, act) => {
    const made = scene();
    made.as('bob').call('lock.claim', { paths: ['bobs'] });
    receipt(made, 'acknowledged');
    act(made);
    expect(effects(made)).toEqual([command, command]);
  });

  test('[DR11] without a task: making or changing one that it has not got is none', () => {
    const made = scene();
    receipt(made, 'acknowledged');
    made.as('alice').call('task.create', { title: 'four' });
    made.as('alice').call('task.update', { taskId: 'T-2', priority: 1 });
    expect(effects(made)).toEqual(NONE);
  });

  test('[DR11] with a task: another task of its own, or a lock for that, is none', () => {
    const made = scene({ taskId: 'T-3' });
    receipt(made, 'acknowledged');
    progress(made);
    made.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    expect(effects(made)).toEqual(NONE);
    made.as('alice').call('task.next', {});
    expect(effects(made)).toEqual(['task.next', 'task.next']);
  });

  test('[DR11] with a task: a claim made for it is one', () => {
    const made = scene({ taskId: 'T-1' });
    receipt(made, 'acknowledged');
    made.as('alice').call('lock.claim', { paths: ['b'] });
    expect(effects(made)).toEqual(NONE);
    made.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    expect(effects(made)).toEqual(['lock.claim', 'lock.claim']);
  });

  test('[DR11] with a task: whoever manages it without having it acts by naming it, not by what follows from other work', () => {
    const made = scene({ taskId: 'T-3' });
    made.as('alice').call('task.update', { taskId: 'T-3', dependencies: ['T-1'] });
    receipt(made, 'acknowledged');
    made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(made.task('T-3').waiting?.code).not.toBe('DEPENDENCY');
    expect(effects(made)).toEqual(NONE);
    made.as('alice').call('task.update', { taskId: 'T-3', priority: 1 });
    expect(effects(made)).toEqual(['task.update', 'task.update']);
  });

  test('[DR11] standing in line behind a claim that somebody else made for the task is none', () => {
    const made = scene({ taskId: 'T-2' });
    made.as('bob').call('lock.claim', { paths: ['a'], taskId: 'T-2' });
    receipt(made, 'acknowledged');
    made.as('alice').call('lock.claim', { paths: ['a'], waitMs: 1_000 });
    expect(made.need('lock', 'L-1').waiters).toHaveLength(1);
    expect(effects(made)).toEqual(NONE);
  });

  test('[DR10] what others do is none; each recipient has its own, and the directive the first of all', () => {
    const made = scene({ to: 'all' });
    receipt(made, 'acknowledged', 'alice');
    receipt(made, 'acknowledged', 'bob');
    kim(made).call('task.update', { taskId: 'T-1', priority: 1 });
    expect(effects(made)).toEqual(NONE);
    progress(made, 'bob', 'T-2');
    expect(effects(made)).toEqual([undefined, 'task.progress']);
    made.as('alice').call('lock.claim', { paths: ['a'] });
    expect([effects(made, 'alice'), effects(made, 'bob')]).toEqual([
      ['lock.claim', 'task.progress'],
      ['task.progress', 'task.progress'],
    ]);
  });

  test('[DR10] whoever owes none is not looked at', () => {
    const made = scene();
    const look = vi.spyOn(LedgerDraft.prototype, 'effectsToCome');
    progress(made);
    expect(look).not.toHaveBeenCalled();
    receipt(made, 'acknowledged');
    progress(made);
    expect(look).toHaveBeenCalledOnce();
    progress(made);
    expect(look).toHaveBeenCalledOnce();
    look.mockRestore();
  });
});

import { DEAD_MESSAGES_MS, KEPT_AT_MOST } from '@signalbox/shared/retention';
import { DAY_MS } from '@signalbox/shared/time';
import { describe, expect, test } from 'vitest';
import { decideDelivered } from './directives.ts';
import { decideForget, type Forgotten, type Passing } from './retention.ts';
import { checkInvariants } from './testing/invariants.ts';
import { HUB, Scene } from './testing/scene.ts';

const kim = (on: Scene) => on.as('human:kim');

function scene(): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull' });
  return made;
}
/** Whatever is over of the kind and was over so long ago goes, as far as it may. */
function forget(on: Scene, kind: Passing, more: Partial<Forgotten> = {}): string[] {
  const ids = [...on.replica.past(kind)].map(({ id }) => id);
  const before = on.replica.all(kind).map(({ id }) => id);
  on.decide(HUB, decideForget, { kind, ids, before: on.at, crowded: false, ...more });
  checkInvariants(on.replica);
  return before.filter((id) => on.replica.get(kind, id) === undefined);
}
function done(on: Scene, fields: { dependencies?: string[]; description?: string } = {}): string {
  const { task } = kim(on).call('task.create', { title: 'Some work', ...fields });
  on.as('alice').call('task.next', {});
  on.as('alice').call('checkpoint.save', { taskId: task.id, attempt: 1, data: { page: 3 } });
  on.as('alice').call('task.complete', { taskId: task.id, attempt: 1, result: { summary: 'x' } });
  return task.id;
}

describe('what is over', () => {
  test('[RT1] goes when it was over for longer than the limit, not a moment earlier', () => {
    const made = scene();
    done(made);
    const before = made.at;
    made.pass(1_000);
    expect(forget(made, 'task', { before: before - 1 })).toEqual([]);
    expect(forget(made, 'task', { before })).toEqual(['T-1']);
  });

  test('[RT1] never by the clock of whoever noticed it', () => {
    const made = scene();
    done(made);
    made.at -= 5_000;
    expect(forget(made, 'task', { before: made.at + DAY_MS })).toEqual([]);
  });

  test('[RT1] what has come back meanwhile stays', () => {
    const made = scene();
    kim(made).call('task.create', { title: 'x' });
    kim(made).call('task.cancel', { taskId: 'T-1', reason: 'x' });
    kim(made).call('task.retry', { taskId: 'T-1' });
    made.decide(HUB, decideForget, { kind: 'task', ids: ['T-1', 'T-9'], before: made.at, crowded: false });
    expect(made.task('T-1').status).toBe('pending');
  });

  test('[RT2] a task takes its texts, checkpoint and alarms along', () => {
    const made = scene();
    done(made, { description: 'long' });
    kim(made).call('task.create', { title: 'x', maxAttempts: 1 });
    made.as('alice').call('task.next', {});
    made.as('alice').call('task.fail', { taskId: 'T-2', attempt: 1, reason: 'x', log: 'y' });
    expect(made.replica.count('body')).toBe(4);
    expect(made.replica.count('alarm')).toBe(1);
    expect(forget(made, 'task')).toEqual(['T-1', 'T-2']);
    expect(made.replica.count('body') + made.replica.count('alarm')).toBe(0);
  });

  test('[RT2] a task that something unfinished depends on stays until that is over', () => {
    const made = scene();
    done(made);
    kim(made).call('task.create', { title: 'Then', dependencies: ['T-1'] });
    expect(forget(made, 'task', { crowded: true })).toEqual([]);
    kim(made).call('task.cancel', { taskId: 'T-2', reason: 'x' });
    expect(forget(made, 'task')).toEqual(['T-1', 'T-2']);
  });

  test('[RT2] what is tried again waits for nothing that is gone', () => {
    const made = scene();
    done(made);
    kim(made).call('task.create', { title: 'Then', dependencies: ['T-1'] });
    kim(made).call('task.cancel', { taskId: 'T-2', reason: 'x' });
    made.pass(1_000);
    kim(made).call('task.create', { title: 'Last', dependencies: ['T-2'] });
    forget(made, 'task', { ids: ['T-1'] });
    kim(made).call('task.retry', { taskId: 'T-2' });
    expect(made.task('T-2')).toMatchObject({ status: 'pending', dependencies: [] });
    expect(made.as('alice').call('task.next', {}).task).toMatchObject({ id: 'T-2' });
  });

  test('[RT2] ids are not given out again', () => {
    const made = scene();
    done(made);
    forget(made, 'task');
    expect(kim(made).call('task.create', { title: 'x' }).task.id).toBe('T-2');
  });

  test('[RT3] a message goes with its text when everybody has acknowledged it', () => {
    const made = scene();
    made.agent('carol', { accepts: 'pull' });
    made.as('alice').call('message.send', { to: 'all', type: 'note', body: 'x' });
    made.as('alice').call('message.send', { to: 'people', type: 'note', body: 'x' });
    made.as('bob').call('message.ack', { messageIds: ['M-1'] });
    expect(forget(made, 'message', { crowded: true })).toEqual(['M-2']);
    made.as('carol').call('message.ack', { messageIds: ['M-1'] });
    expect(forget(made, 'message')).toEqual(['M-1']);
    expect(made.replica.count('body')).toBe(0);
    made.as('alice').call('message.send', { to: 'bob', type: 'note', body: 'x' });
    expect(made.replica.unackedOf('bob').map(({ id }) => id)).toEqual(['M-3']);
  });

  test('[RT3] what was acknowledged out of order goes before what was not', () => {
    const made = scene();
    for (const body of ['a', 'b']) made.as('alice').call('message.send', { to: 'bob', type: 'note', body });
    made.as('bob').call('message.ack', { messageIds: ['M-2'] });
    expect(forget(made, 'message')).toEqual(['M-2']);
    expect(made.replica.unackedOf('bob').map(({ id }) => id)).toEqual(['M-1']);
    made.as('bob').call('message.ack', { messageIds: ['M-1'] });
    expect(forget(made, 'message')).toEqual(['M-1']);
  });

  test('[RT3] nobody waits for ever for somebody who is gone: after a week it goes unread', () => {
    const made = scene();
    made.as('alice').call('message.send', { to: 'bob', type: 'note', body: 'x' });
    made.as('bob').call('agent.leave', {});
    made.pass(8 * DAY_MS);
    expect(forget(made, 'message')).toEqual([]);
    expect(forget(made, 'agent')).toEqual(['bob']);
    expect(forget(made, 'message')).toEqual(['M-1']);
  });

  test('[RT3] a week is a week', () => {
    const made = scene();
    made.as('alice').call('message.send', { to: 'bob', type: 'note', body: 'x' });
    made.as('bob').call('agent.leave', {});
    expect(forget(made, 'agent')).toEqual(['bob']);
    made.pass(DEAD_MESSAGES_MS - 1);
    expect(forget(made, 'message', { crowded: true })).toEqual([]);
    made.pass(1);
    expect(forget(made, 'message')).toEqual(['M-1']);
  });

  test('[RT3] what somebody has acknowledged stays so while there is mail for it, also when it comes back', () => {
    const made = scene();
    made.agent('carol');
    made.as('alice').call('message.send', { to: 'all', type: 'note', body: 'x' });
    made.as('bob').call('message.ack', { messageIds: ['M-1'] });
    made.as('bob').call('agent.leave', {});
    forget(made, 'agent');
    made.agent('bob', { accepts: 'pull' });
    expect(made.replica.unackedOf('bob')).toEqual([]);
    made.as('bob').call('agent.leave', {});
    forget(made, 'agent');
    made.as('carol').call('message.ack', { messageIds: ['M-1'] });
    forget(made, 'message');
    expect(made.replica.all('inbox').map(({ id }) => id)).toEqual(['carol']);
  });

  test('[RT4] who left goes; whoever is there stays', () => {
    const made = scene();
    made.as('bob').call('agent.leave', {});
    made.presence('alice', 'late');
    expect(forget(made, 'agent')).toEqual(['bob']);
    expect(made.agent('bob')).toMatchObject({ state: 'idle' });
  });

  test('[RT4] who was lost with something goes so long after somebody has seen it, with its questions', () => {
    const made = scene();
    made.as('alice').call('lock.claim', { paths: ['a'] });
    made.as('alice').call('question.ask', { body: 'Which?' });
    made.lose('alice');
    made.lose('bob');
    expect(forget(made, 'agent')).toEqual(['bob']);
    made.pass(DAY_MS).sweep();
    expect(made.replica.count('lock')).toBe(0);
    expect(forget(made, 'agent')).toEqual([]);
    const [lost] = made.replica.all('alarm').filter(({ code }) => code === 'AGENT_LOST');
    kim(made).call('alarm.acknowledge', { alarmId: lost?.id ?? '' });
    expect(forget(made, 'agent', { before: made.at })).toEqual([]);
    made.pass(1);
    expect(forget(made, 'agent')).toEqual(['alice']);
    expect(made.need('question', 'Q-1').state).toBe('withdrawn');
    expect(made.replica.alarmOn('AGENT_LOST', 'alice')).toBeUndefined();
  });

  test('[RT4] whoever still holds something stays', () => {
    const made = scene();
    made.as('alice').call('lock.claim', { paths: ['a'] });
    kim(made).call('agent.evict', { agentId: 'alice', reason: 'x', releaseLocks: false });
    expect(forget(made, 'agent', { crowded: true })).toEqual([]);
    made.pass(DAY_MS).sweep();
    expect(forget(made, 'agent')).toEqual(['alice']);
  });

  test('[RT5] questions that were answered or withdrawn go; open ones stay', () => {
    const made = scene();
    for (const body of ['a', 'b', 'c']) made.as('alice').call('question.ask', { body });
    kim(made).call('question.answer', { questionId: 'Q-1', body: 'x' });
    made.as('alice').call('question.withdraw', { questionId: 'Q-2' });
    expect(forget(made, 'question')).toEqual(['Q-1', 'Q-2']);
  });

  test('[RT5] directives that are done or expired go with their receipts', () => {
    const made = scene();
    kim(made).call('directive.send', { to: 'alice', action: 'say', body: 'x' });
    kim(made).call('directive.send', { to: 'all', action: 'say', body: 'x', expiresMs: 60_000 });
    kim(made).call('directive.send', { to: 'alice', action: 'say', body: 'x' });
    made.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'done' });
    made.as('alice').call('directive.receipt', { directiveId: 'D-3', state: 'acknowledged' });
    made.pass(61_000).sweep();
    expect(forget(made, 'directive')).toEqual(['D-1', 'D-2']);
    expect(made.replica.all('receipt').map(({ id }) => id)).toEqual(['D-3:alice']);
  });

  test.each<[string, (on: Scene) => unknown, boolean]>([
    ['queued', () => {}, false],
    ['delivered', (on) => on.decide(HUB, decideDelivered, { directiveId: 'D-1', agentId: 'alice' }), false],
    ['read', (on) => on.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'read' }), false],
    [
      'acknowledged',
      (on) => on.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'acknowledged' }),
      false,
    ],
    [
      'declined',
      (on) => on.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'declined', note: 'no' }),
      true,
    ],
    [
      'failed',
      (on) => on.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'failed', note: 'x' }),
      true,
    ],
  ])('[RT5] one that bob has done and that is %s with alice', (_, act, goes) => {
    const made = scene();
    kim(made).call('directive.send', { to: ['alice', 'bob'], action: 'say', body: 'x' });
    made.as('bob').call('directive.receipt', { directiveId: 'D-1', state: 'done' });
    act(made);
    expect(forget(made, 'directive', { crowded: true })).toEqual(goes ? ['D-1'] : []);
  });

  test('[RT5] alarms that are over go, though nobody has seen them', () => {
    const made = scene();
    for (const id of ['alice', 'bob']) {
      made.as(id).call('lock.claim', { paths: [id] });
      made.lose(id);
    }
    made.presence('alice', 'present');
    expect(forget(made, 'alarm')).toEqual(['A-1']);
  });

  test('[RT6] when there are too many, nobody is waited for who could acknowledge something', () => {
    const made = scene();
    made.as('alice').call('lock.claim', { paths: ['a'] });
    made.lose('alice');
    made.pass(DAY_MS).sweep();
    expect(forget(made, 'agent')).toEqual([]);
    expect(forget(made, 'agent', { crowded: true })).toEqual(['alice']);
    expect(made.replica.count('alarm')).toBe(0);
    expect(Object.values(KEPT_AT_MOST).every((most) => most <= 20_000)).toBe(true);
  });
});

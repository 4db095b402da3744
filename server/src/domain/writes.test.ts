import type { AgentProfile } from '@signalbox/shared/records/agent';
import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

const profile: Partial<AgentProfile> = { accepts: 'pull', instance: 'p1' };
const own = { taskId: 'T-1', attempt: 1 };
const kim = (on: Scene) => on.as('human:kim');

/** Alice with T-1 under way and L-1 on `a`, bob waiting for it as L-2, and 20 others of everything that don't matter. */
function busy(): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, profile);
  kim(made).call('task.create', { title: 'Add login' });
  made.as('alice').call('task.next', {});
  made.as('alice').call('lock.claim', { paths: ['a'] });
  made.as('bob').call('lock.claim', { paths: ['a'], waitMs: 60_000 });
  kim(made).call('directive.send', { to: 'alice', action: 'say', body: 'x' });
  for (let i = 0; i < 20; i++) {
    made.agent(`other${i}`, profile);
    kim(made).call('task.create', { title: 'Other work' });
    made.as(`other${i}`).call('lock.claim', { paths: [`other/${i}`] });
    made.as(`other${i}`).call('message.send', { to: 'bob', type: 'note', body: 'x' });
  }
  return made;
}
const fenceOf = (on: Scene) => on.need('lock', 'L-1').fence;

describe('what a command writes', () => {
  test.each<[string, (on: Scene) => unknown, string[]]>([
    ['agent.heartbeat', (on) => on.as('alice').call('agent.heartbeat', { activity: { doing: 'x' } }), ['agent']],
    ['agent.register again', (on) => on.agent('alice', profile), ['agent']],
    ['task.create', (on) => kim(on).call('task.create', { title: 'x' }), ['counter', 'task']],
    ['task.progress', (on) => on.as('alice').call('task.progress', { ...own, progress: 5 }), ['task']],
    ['task.next', (on) => on.as('bob').call('task.next', {}), ['agent', 'task']],
    ['task.complete', (on) => on.as('alice').call('task.complete', own), ['agent', 'task']],
    [
      'task.complete with next',
      (on) => on.as('alice').call('task.complete', { ...own, result: { summary: 'x' }, next: true }),
      ['agent', 'body', 'task', 'task'],
    ],
    ['checkpoint.save', (on) => on.as('alice').call('checkpoint.save', own), ['body', 'task']],
    ['lock.claim', (on) => on.as('alice').call('lock.claim', { paths: ['b'] }), ['counter', 'lock']],
    ['lock.claim of a covered path', (on) => on.as('alice').call('lock.claim', { paths: ['a'] }), ['lock']],
    ['lock.claim refused', (on) => on.as('other1').refused('lock.claim', { paths: ['a'] }), []],
    ['lock.check', (on) => on.as('alice').call('lock.check', { paths: ['a'] }), []],
    [
      'lock.claim in line',
      (on) => on.as('other1').call('lock.claim', { paths: ['a'], waitMs: 1_000 }),
      ['agent', 'counter', 'lock', 'waiter'],
    ],
    ['lock.release', (on) => on.as('alice').call('lock.release', { lockId: 'L-1', fence: fenceOf(on) }), ['lock']],
    [
      'lock.transfer',
      (on) => on.as('alice').call('lock.transfer', { lockId: 'L-1', fence: fenceOf(on), to: 'other1' }),
      ['lock'],
    ],
    [
      'lock.release of a claim',
      (on) => on.as('bob').call('lock.release', { lockId: 'L-2' }),
      ['agent', 'lock', 'waiter'],
    ],
    [
      'message.send',
      (on) => kim(on).call('message.send', { to: 'all', type: 'note', body: 'x' }),
      ['body', 'counter', 'message'],
    ],
    ['message.ack', (on) => on.as('bob').call('message.ack', { messageIds: ['M-3', 'M-7'] }), ['inbox']],
    [
      'directive.receipt',
      (on) => on.as('alice').call('directive.receipt', { directiveId: 'D-1', state: 'done' }),
      ['directive', 'receipt'],
    ],
    [
      'directive.send drain',
      (on) => kim(on).call('directive.send', { to: 'bob', action: 'drain' }),
      ['agent', 'counter', 'directive', 'receipt'],
    ],
    [
      'directive.send assign',
      (on) => kim(on).call('directive.send', { to: 'bob', action: 'assign', taskId: 'T-2' }),
      ['agent', 'counter', 'directive', 'receipt', 'task'],
    ],
    [
      'directive.send cancel',
      (on) => kim(on).call('directive.send', { to: 'alice', action: 'cancel', taskId: 'T-1' }),
      ['agent', 'counter', 'directive', 'receipt', 'task'],
    ],
    ['question.ask', (on) => on.as('alice').call('question.ask', { body: 'x' }), ['agent', 'counter', 'question']],
  ])('[IN4] %s', (_, act, kinds) => {
    const made = busy();
    const before = made.log.length;
    act(made);
    const written = made.log.slice(before).flatMap(({ changes }) => changes.map(({ kind }) => kind));
    expect([...written].sort()).toEqual(kinds);
  });

  test('[IN4] a grant moves one claim and touches who gets it', () => {
    const made = busy();
    made.as('alice').call('lock.release', { lockId: 'L-1', fence: fenceOf(made) });
    const before = made.log.length;
    made.settle();
    const [grant] = made.log.slice(before);
    expect(grant?.changes.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
      'agent bob',
      'lock L-2',
      'waiter L-2',
    ]);
  });
});

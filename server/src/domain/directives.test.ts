import type { CommandInput } from '@signalbox/shared/commands';
import { RECEIPT_STATES } from '@signalbox/shared/records/directive';
import { describe, expect, test } from 'vitest';
import { decideDelivered } from './directives.ts';
import { HUB, Scene } from './testing/scene.ts';

function scene(): Scene {
  const made = new Scene();
  made.agent('alice', { role: 'coordinator' });
  made.agent('bob');
  made.agent('carol');
  return made;
}
const send = (on: Scene, more: Partial<CommandInput<'directive.send'>> = {}) =>
  on.as('human:kim').call('directive.send', { to: 'all', action: 'say', body: 'ship it', ...more });
const delivered = (on: Scene, agentId: string) => on.decide(HUB, decideDelivered, { directiveId: 'D-1', agentId });
const receipt = (on: Scene, id: string, state: CommandInput<'directive.receipt'>['state'], note?: string) =>
  on.as(id).attempt('directive.receipt', { directiveId: 'D-1', state, ...(note !== undefined && { note }) });
const counts = (on: Scene) => on.need('directive', 'D-1').counts;

describe('sending', () => {
  test.each<[CommandInput<'directive.send'>['to'], string[], string]>([
    ['all', ['alice', 'bob', 'carol'], 'all'],
    ['role:coder', ['bob', 'carol'], 'role:coder'],
    ['bob', ['bob'], 'bob'],
    [['carol', 'alice', 'carol'], ['carol', 'alice'], 'carol, alice, carol'],
  ])('[DR1] to %j: one receipt each', (to, recipients, shown) => {
    const made = scene();
    expect(send(made, { to })).toEqual({ directiveId: 'D-1', recipients });
    expect(made.need('directive', 'D-1')).toMatchObject({
      from: 'human:kim',
      to: shown,
      mode: 'steer',
      expired: false,
      expiresClock: made.clock + 7_200_750,
      counts: { queued: recipients.length },
    });
    expect(made.replica.receiptsOf('D-1').map(({ agentId, state }) => [agentId, state])).toEqual(
      [...recipients].sort().map((id) => [id, 'queued']),
    );
  });

  test.each<[string, Partial<CommandInput<'directive.send'>>, string, string]>([
    ['people', { to: 'people' }, 'BAD_INPUT', 'to'],
    ['nobody', { to: 'role:nobody' }, 'NOT_FOUND', 'to'],
    ['an unknown agent', { to: 'nobody' }, 'NOT_FOUND', 'to'],
    ['one unknown among others', { to: ['alice', 'nobody'] }, 'NOT_FOUND', 'to'],
    ['no words', { body: undefined }, 'BAD_INPUT', 'body'],
    ['an ask without words', { action: 'ask', body: undefined }, 'BAD_INPUT', 'body'],
    ['an unknown task', { taskId: 'T-9' }, 'BAD_INPUT', 'taskId'],
  ])('[DR1] to %s is refused', (_, more, code, field) => {
    const made = scene();
    const input = { to: 'all', action: 'say', body: 'x', ...more } as CommandInput<'directive.send'>;
    expect(made.as('human:kim').refused('directive.send', input)).toMatchObject({ code, details: { field } });
    expect(made.replica.count('receipt')).toBe(0);
  });

  test.each<[string, Partial<CommandInput<'directive.send'>>, string]>([
    ['words it needs', { body: undefined }, 'body: say needs a text.'],
    ['answers to what is no question', { options: ['yes', 'no'] }, 'options: only an ask has answers'],
    ['no task to give', { action: 'assign', to: 'bob' }, 'taskId: assign needs the task'],
    ['no task to cancel', { action: 'cancel' }, 'taskId: cancel needs the task'],
    ['one task where it is about all', { action: 'pause', taskId: 'T-1' }, 'taskId: pause is about agents'],
    ['a task that is not there', { taskId: 'T-9' }, 'taskId: there is no task T-9'],
    ['the end before the time to acknowledge', { ackByMs: 60_001, expiresMs: 60_000 }, 'ackByMs: the order expires'],
    ['a task for two', { action: 'assign', taskId: 'T-1', to: ['alice', 'bob'] }, 'to: a task is given to one agent'],
    ['not the one who works on it', { action: 'cancel', taskId: 'T-2', to: 'bob' }, 'to: T-2 is with alice'],
    ['nothing to save yet', { action: 'checkpoint', taskId: 'T-1', to: 'bob' }, 'taskId: nobody is at work on T-1'],
    ['given and not started', { action: 'checkpoint', taskId: 'T-3', to: 'carol' }, 'taskId: nobody is at work on T-3'],
    ['somebody else’s to save', { action: 'checkpoint', taskId: 'T-2', to: 'bob' }, 'to: T-2 is with alice'],
    ['more than its agent', { action: 'checkpoint', taskId: 'T-2', to: ['alice', 'bob'] }, 'to: T-2 is with alice'],
  ])('[DR9] %s: the field and what to do', (_, more, says) => {
    const made = scene();
    for (const title of ['one', 'two', 'three']) made.as('human:kim').call('task.create', { title });
    made.as('human:kim').call('task.assign', { taskId: 'T-2', agentId: 'alice' });
    made.as('alice').call('task.start', { taskId: 'T-2', attempt: 1 });
    made.as('human:kim').call('task.assign', { taskId: 'T-3', agentId: 'carol' });
    const input = { to: 'all', action: 'say', body: 'x', ...more } as CommandInput<'directive.send'>;
    const { code, message, details } = made.as('human:kim').refused('directive.send', input);
    expect(code).toBe('BAD_INPUT');
    expect(message).toContain(says);
    expect(details).toEqual({ field: says.slice(0, says.indexOf(':')) });
    expect(made.replica.count('directive')).toBe(0);
  });

  test.each<[string, Partial<CommandInput<'directive.send'>>]>([
    ['an ask with answers', { action: 'ask', options: ['yes', 'no'] }],
    ['an end at the time to acknowledge', { ackByMs: 60_000, expiresMs: 60_000 }],
    ['a time to acknowledge and the usual end', { ackByMs: 60_000 }],
    ['an end and nothing to acknowledge', { expiresMs: 60_000 }],
    ['words about a task', { taskId: 'T-1' }],
    ['the cancelling of what nobody has', { action: 'cancel', taskId: 'T-1' }],
    ['a checkpoint of whatever they do', { action: 'checkpoint', body: undefined }],
  ])('[DR9] %s makes sense', (_, more) => {
    const made = scene();
    made.as('human:kim').call('task.create', { title: 'one' });
    expect(send(made, more).directiveId).toBe('D-1');
  });

  test('[DR2] pause and resume act at once, for whom they name, and need no words', () => {
    const made = scene();
    made.as('human:kim').call('directive.send', { to: ['alice', 'bob'], action: 'pause' });
    expect(made.replica.all('agent').map(({ id, state }) => `${id} ${state}`)).toEqual([
      'alice paused',
      'bob paused',
      'carol idle',
    ]);
    made.as('human:kim').call('directive.send', { to: 'bob', action: 'resume' });
    expect(made.replica.all('agent').map(({ state }) => state)).toEqual(['paused', 'idle', 'idle']);
  });
});

describe('receipts', () => {
  test('[DR3] move forward only, and tell when each state was reached', () => {
    const made = scene();
    send(made, { to: 'bob' });
    const sentAt = made.at;
    made.pass(1_000);
    delivered(made, 'bob');
    made.pass(1_000);
    receipt(made, 'bob', 'acknowledged', 'after this test');
    expect(receipt(made, 'bob', 'read')).toMatchObject({ receipt: { state: 'acknowledged', note: 'after this test' } });
    delivered(made, 'bob');
    made.pass(1_000);
    receipt(made, 'bob', 'done', 'it is out');
    expect(made.replica.get('receipt', 'D-1:bob')).toMatchObject({
      state: 'done',
      at: sentAt + 3_000,
      note: 'it is out',
      times: { queued: sentAt, delivered: sentAt + 1_000, acknowledged: sentAt + 2_000, done: sentAt + 3_000 },
    });
    expect(counts(made)).toEqual({ done: 1 });
  });

  const LAST = ['declined', 'done', 'failed'] as const;
  test.each(LAST.flatMap((last) => ['read', 'acknowledged', ...LAST].map((then) => [last, then] as const)))(
    '[DR3] %s is final: no %s after it',
    (last, then) => {
      const made = scene();
      send(made, { to: 'bob' });
      receipt(made, 'bob', last);
      const before = made.seq;
      expect(receipt(made, 'bob', then as (typeof LAST)[number])).toMatchObject({ refused: { code: 'INVALID_STATE' } });
      expect([made.seq, counts(made)]).toEqual([before, { [last]: 1 }]);
    },
  );

  test('[DR3] delivered is only what the process has confirmed, and no step back', () => {
    const made = scene();
    send(made);
    expect(counts(made)).toEqual({ queued: 3 });
    delivered(made, 'alice');
    receipt(made, 'bob', 'read');
    delivered(made, 'bob');
    expect(counts(made)).toEqual({ queued: 1, delivered: 1, read: 1 });
  });

  test('[DR4] come from a recipient only', () => {
    const made = scene();
    send(made, { to: 'bob' });
    expect(receipt(made, 'carol', 'done')).toMatchObject({ refused: { code: 'FORBIDDEN' } });
    expect(made.as('bob').refused('directive.receipt', { directiveId: 'D-9', state: 'done' })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(counts(made)).toEqual({ queued: 1 });
  });

  test('[DR5] expire at their time and never before; who has acknowledged may still finish', () => {
    const made = scene();
    send(made, { expiresMs: 10_000 });
    receipt(made, 'alice', 'acknowledged');
    receipt(made, 'bob', 'read');
    made.pass(10_749).sweep();
    expect(made.need('directive', 'D-1').expired).toBe(false);
    made.pass(1).sweep();
    expect(made.need('directive', 'D-1')).toMatchObject({ expired: true, counts: { acknowledged: 1, expired: 2 } });
    expect(receipt(made, 'bob', 'acknowledged')).toMatchObject({ refused: { code: 'EXPIRED' } });
    delivered(made, 'carol');
    receipt(made, 'alice', 'done');
    expect(counts(made)).toEqual({ done: 1, expired: 2 });
    expect(made.replica.openReceiptsOf('bob')).toEqual([]);
  });

  test('[DR5] what an agent has acknowledged is not open any more: it is not sent again', () => {
    const made = scene();
    send(made, { to: 'bob' });
    receipt(made, 'bob', 'read');
    expect(made.replica.openReceiptsOf('bob')).toHaveLength(1);
    receipt(made, 'bob', 'acknowledged');
    expect(made.replica.openReceiptsOf('bob')).toEqual([]);
  });

  test('[DR5] what is open for an agent comes oldest first, past D-9', () => {
    const made = scene();
    for (let i = 0; i < 11; i++) send(made, { to: 'bob' });
    expect(made.replica.openReceiptsOf('bob').map(({ directiveId }) => directiveId)).toEqual(
      Array.from({ length: 11 }, (_, i) => `D-${i + 1}`),
    );
  });

  test('[DR3] the states stand in the order of evidence', () => {
    expect(RECEIPT_STATES).toEqual([
      'queued',
      'delivered',
      'read',
      'acknowledged',
      'declined',
      'done',
      'failed',
      'expired',
    ]);
  });
});

describe('the time to acknowledge', () => {
  const late = (on: Scene) => on.replica.alarmOn('ACK_LATE', 'D-1');
  const asked = (): Scene => {
    const made = scene();
    send(made, { ackByMs: 60_000 });
    receipt(made, 'alice', 'acknowledged');
    made.pass(60_750).sweep();
    return made;
  };

  test('[DR5] passed: those who are silent are named, once, until nobody is', () => {
    const made = asked();
    expect(late(made)).toMatchObject({ priority: 2, summary: 'bob, carol did not acknowledge D-1 in time' });
    const first = late(made)?.id;
    receipt(made, 'bob', 'declined');
    made.pass(60_000).sweep();
    expect(late(made)).toMatchObject({ id: first, state: 'unacked' });
    receipt(made, 'carol', 'acknowledged');
    expect(late(made)).toMatchObject({ state: 'returned' });
  });

  test('[DR5] over with the directive, and nothing when all were in time', () => {
    const made = asked();
    made.pass(7_200_000).sweep();
    expect(made.need('directive', 'D-1')).toMatchObject({ expired: true, counts: { acknowledged: 1, expired: 2 } });
    expect(late(made)).toMatchObject({ state: 'returned' });
    const quick = scene();
    send(quick, { to: 'bob', ackByMs: 60_000 });
    receipt(quick, 'bob', 'done');
    quick.pass(60_750).sweep();
    expect(late(quick)).toBeUndefined();
    expect(quick.need('directive', 'D-1')).toMatchObject({ ackByPassed: true, expired: false });
  });
});

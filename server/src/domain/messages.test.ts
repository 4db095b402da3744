import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

function scene(): Scene {
  const made = new Scene();
  made.agent('alice', { role: 'coordinator', capabilities: ['sql'] });
  made.agent('bob', { capabilities: ['sql', 'rust'] });
  made.agent('carol');
  made.agent('dave');
  made.as('dave').call('agent.leave', {});
  return made;
}
const send = (on: Scene, from: string, to: string, more: Partial<CommandInput<'message.send'>> = {}) =>
  on.as(from).call('message.send', { to, type: 'note', body: 'hello', ...more });
const inbox = (on: Scene, id: string) => on.replica.unackedOf(id).map((message) => message.id);
const ack = (on: Scene, id: string, ...messageIds: string[]) => on.as(id).call('message.ack', { messageIds });

describe('sending', () => {
  test.each([
    ['alice', 'bob', ['bob']],
    ['alice', 'role:coder', ['bob', 'carol']],
    ['alice', 'role:nobody', []],
    ['alice', 'capability:sql', ['bob']],
    ['alice', 'all', ['bob', 'carol']],
    ['alice', 'people', []],
    ['human:kim', 'all', ['alice', 'bob', 'carol']],
    ['alice', 'alice', ['alice']],
  ])('[MS1] %s to %s reaches %j', (from, to, recipients) => {
    const made = scene();
    expect(send(made, from, to)).toEqual({ messageId: 'M-1', recipients });
    expect(made.replica.get('message', 'M-1')).toMatchObject({ from, to, recipients, at: made.at });
  });

  test.each(['dave', 'nobody', 'human:kim', 'hub'])('[MS1] there is no %s to write to', (to) => {
    const made = scene();
    expect(made.as('alice').refused('message.send', { to, type: 'note', body: 'x' })).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'to' },
    });
  });

  test('[MS1] a lost agent keeps its inbox', () => {
    const made = scene();
    made.lose('bob');
    send(made, 'alice', 'bob');
    expect(inbox(made, 'bob')).toEqual(['M-1']);
  });

  test('[MS2] the body is kept apart from the message', () => {
    const made = scene();
    send(made, 'alice', 'bob', { body: 'long', data: { n: 1 }, thread: 'T-7', replyTo: 'M-9' });
    const message = made.replica.get('message', 'M-1');
    expect(message).toMatchObject({ thread: 'T-7', replyTo: 'M-9' });
    expect(message).not.toHaveProperty('body');
    expect(made.replica.get('body', message?.bodies.body ?? '')).toMatchObject({ text: 'long', data: { n: 1 } });
  });
});

describe('the inbox', () => {
  test('[MS3] holds what was not acknowledged, oldest first, past M-9', () => {
    const made = scene();
    for (let i = 0; i < 11; i++) send(made, i % 2 === 0 ? 'alice' : 'carol', 'bob');
    ack(made, 'bob', 'M-2', 'M-1');
    expect(inbox(made, 'bob')).toEqual(['M-3', 'M-4', 'M-5', 'M-6', 'M-7', 'M-8', 'M-9', 'M-10', 'M-11']);
    expect(made.replica.unackedCount('bob')).toBe(9);
  });

  test('[MS3] remembers what was acknowledged out of order only until the gap closes', () => {
    const made = scene();
    const kept = () => {
      const { cursor, acked } = made.replica.get('inbox', 'bob') ?? {};
      return { cursor, acked };
    };
    for (const to of ['bob', 'carol', 'bob', 'bob', 'carol', 'bob']) send(made, 'alice', to);
    ack(made, 'bob', 'M-4');
    expect(kept()).toEqual({ cursor: 0, acked: [4] });
    ack(made, 'bob', 'M-6', 'M-1');
    expect(kept()).toEqual({ cursor: 2, acked: [4, 6] });
    ack(made, 'bob', 'M-3');
    expect(kept()).toEqual({ cursor: 6, acked: [] });
    send(made, 'alice', 'bob');
    expect(inbox(made, 'bob')).toEqual(['M-7']);
  });

  test('[MS3] acknowledging again, or what is gone, changes nothing', () => {
    const made = scene();
    send(made, 'alice', 'bob');
    ack(made, 'bob', 'M-1');
    const before = made.seq;
    ack(made, 'bob', 'M-1', 'M-99');
    expect(made.seq).toBe(before);
  });

  test('[MS4] only a recipient acknowledges', () => {
    const made = scene();
    send(made, 'alice', 'bob');
    expect(made.as('carol').refused('message.ack', { messageIds: ['M-1'] })).toMatchObject({ code: 'FORBIDDEN' });
    expect(inbox(made, 'bob')).toEqual(['M-1']);
  });

  test('[MS5] full with 1,000: a direct message is refused, a group goes on without it and says so', () => {
    const made = scene();
    for (let i = 0; i < 1_000; i++) send(made, 'alice', 'bob');
    expect(made.as('alice').refused('message.send', { to: 'bob', type: 'note', body: 'x' })).toMatchObject({
      code: 'INBOX_FULL',
      retry: { afterMs: 10_000 },
    });
    expect(send(made, 'alice', 'all')).toEqual({ messageId: 'M-1001', recipients: ['carol'], skipped: ['bob'] });
    ack(made, 'bob', 'M-500');
    expect(send(made, 'alice', 'bob')).toMatchObject({ recipients: ['bob'] });
  });

  test('[MS5] full also when one message is left lying while hundreds after it are acknowledged', () => {
    const made = scene();
    for (let i = 0; i < 260; i++) send(made, 'alice', 'bob');
    for (let i = 2; i <= 256; i++) ack(made, 'bob', `M-${i}`);
    expect(send(made, 'alice', 'bob')).toMatchObject({ recipients: ['bob'] });
    ack(made, 'bob', 'M-257');
    expect(made.as('alice').refused('message.send', { to: 'bob', type: 'note', body: 'x' })).toMatchObject({
      code: 'INBOX_FULL',
    });
    ack(made, 'bob', 'M-1');
    expect(send(made, 'alice', 'bob')).toMatchObject({ recipients: ['bob'] });
  });
});

test.each(['role:', 'capability:'])('[MS1] %s names nobody', (to) => {
  const made = new Scene();
  made.agent('alice');
  expect(made.as('alice').refused('message.send', { to, type: 'note', body: 'x' })).toMatchObject({
    code: 'BAD_INPUT',
    details: { field: 'to' },
  });
});

describe('the coordinator', () => {
  const ask = { to: 'role:coordinator', type: 'question', body: 'What is left to do?' };

  test('[MS6] when there is none, whoever writes to it is told, and offered a task', () => {
    const made = new Scene();
    made.agent('bob');
    for (const who of ['human:kim', 'bob'])
      expect(made.as(who).refused('message.send', ask)).toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('task.create'),
        details: { field: 'to', offer: 'task.create' },
      });
    expect(made.replica.count('message')).toBe(0);
  });

  test('[MS6] one that left is none; each that is here gets it', () => {
    const made = scene();
    made.agent('eve', { role: 'coordinator' });
    expect(made.as('human:kim').call('message.send', ask)).toMatchObject({ recipients: ['alice', 'eve'] });
    for (const id of ['alice', 'eve']) made.as(id).call('agent.leave', {});
    expect(made.as('human:kim').refused('message.send', ask)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[MS7] what people say to it is one thread, whichever way they begin; what agents say is not', () => {
    const made = scene();
    made.as('human:kim').call('message.send', ask);
    made.as('human:kim').call('message.send', { ...ask, thread: 'T-7' });
    made.as('bob').call('message.send', ask);
    expect(made.replica.all('message').map(({ thread }) => thread)).toEqual(['coordinator', 'T-7', undefined]);
  });

  test('[MS7] its answer is in the thread of the question, also when it does not say so', () => {
    const made = scene();
    made.as('human:kim').call('message.send', { ...ask, thread: 'coordinator' });
    send(made, 'alice', 'people', { replyTo: 'M-1' });
    send(made, 'alice', 'people', { replyTo: 'M-1', thread: 'T-7' });
    send(made, 'alice', 'people', { replyTo: 'M-99' });
    expect(made.replica.all('message').map(({ thread }) => thread)).toEqual([
      'coordinator',
      'coordinator',
      'T-7',
      undefined,
    ]);
  });
});

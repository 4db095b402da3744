import { expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';
import { wholeMessage, wholeReply, wholeTask } from './whole.ts';

test('[TK1] a reply about one task carries its long text, wherever the task stands in it', () => {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull' });
  const kim = made.as('human:kim');
  kim.call('task.createMany', {
    tasks: [
      { title: 'A', description: 'first' },
      { title: 'B', description: 'second' },
    ],
  });
  made.as('alice').call('task.next', {});
  const reply = made
    .as('alice')
    .call('task.complete', { taskId: 'T-1', attempt: 1, result: { summary: 'works' }, next: true });
  expect(wholeReply(made.replica, reply)).toMatchObject({
    task: { id: 'T-1', description: 'first', result: { summary: 'works' } },
    next: { id: 'T-2', description: 'second' },
  });
  made.as('alice').call('task.fail', { taskId: 'T-2', attempt: 1, reason: 'x', log: 'cc: not found' });
  expect(wholeTask(made.replica, made.task('T-2'))).toMatchObject({ description: 'second', log: 'cc: not found' });
});

test('[TK1] what has no long text stays as it is', () => {
  const made = new Scene();
  made.as('human:kim').call('task.create', { title: 'A' });
  expect(wholeTask(made.replica, made.task('T-1'))).toEqual(made.task('T-1'));
  expect(wholeReply(made.replica, { next: null, reason: 'EMPTY' })).toEqual({ next: null, reason: 'EMPTY' });
});

test('[MS2] a message comes whole with body and data', () => {
  const made = new Scene();
  made.agent('alice');
  made.as('human:kim').call('message.send', { to: 'alice', type: 'note', body: 'hello', data: [1, 2] });
  const [message] = made.replica.unackedOf('alice');
  expect(message && wholeMessage(made.replica, message)).toMatchObject({ id: 'M-1', body: 'hello', data: [1, 2] });
});

test('[TK1] a text that is gone is left out, the others come with it', () => {
  const made = new Scene();
  const { task } = made.as('human:kim').call('task.create', { title: 'A', description: 'long' });
  const broken = { ...task, bodies: { ...task.bodies, log: 'T-1.log.0' } };
  expect(wholeTask(made.replica, broken)).toStrictEqual({ ...broken, description: 'long' });
});

test('[MS2] a message without data has none, one whose body is gone has neither', () => {
  const made = new Scene();
  made.agent('alice');
  made.as('human:kim').call('message.send', { to: 'alice', type: 'note', body: 'hello' });
  const [message] = made.replica.unackedOf('alice');
  expect(message && wholeMessage(made.replica, message)).toStrictEqual({ ...message, body: 'hello' });
  const gone = message && { ...message, bodies: { body: 'M-9' } };
  expect(gone && wholeMessage(made.replica, gone)).toStrictEqual(gone);
});

test.each<[string, Record<string, unknown>]>([
  ['is nothing', { task: null, next: undefined }],
  ['is a word', { task: 'T-1' }],
  ['is of another kind', { task: { kind: 'agent', id: 'alice', bodies: { description: 'T-1.description.1' } } }],
  ['is of no kind', { next: { bodies: { description: 'T-1.description.1' } } }],
])('[TK1] what %s in a reply stays as it is', (_, reply) => {
  const made = new Scene();
  made.as('human:kim').call('task.create', { title: 'A', description: 'long' });
  expect(wholeReply(made.replica, reply)).toStrictEqual(reply);
});

import { expect, test } from 'vitest';
import { decideStalled } from './stalled.ts';
import { HUB, Scene } from './testing/scene.ts';

const MINUTE = 60_000;
const own = { taskId: 'T-1', attempt: 1 };

/** Alice at work on T-1. */
function working(estimatedMinutes?: number): Scene {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull' });
  made.agent('bob', { accepts: 'pull' });
  made.as('human:kim').call('task.create', { title: 'x', ...(estimatedMinutes && { estimatedMinutes }) });
  made.as('alice').call('task.next', {});
  return made;
}
function isStalled(on: Scene): boolean {
  on.decide(HUB, decideStalled, {});
  return on.need('agent', 'alice').stalled;
}

test('[AG12] ten minutes at work without a sign of it, whatever the heartbeats', () => {
  const made = working().pass(10 * MINUTE - 1);
  made.as('alice').call('agent.heartbeat', { activity: { doing: 'thinking' } });
  expect(isStalled(made)).toBe(false);
  expect(isStalled(made.pass(1))).toBe(true);
});

test.each<[string, (on: Scene) => unknown]>([
  ['progress', (on) => on.as('alice').call('task.progress', { ...own, progress: 5 })],
  ['a checkpoint', (on) => on.as('alice').call('checkpoint.save', own)],
  ['a lock', (on) => on.as('alice').call('lock.claim', { paths: [`${on.at}.ts`] })],
  ['a message', (on) => on.as('alice').call('message.send', { to: 'bob', type: 'note', body: 'x' })],
])('[AG12] %s is a sign, and ends it', (_, sign) => {
  const made = working().pass(9 * MINUTE);
  sign(made);
  expect(isStalled(made.pass(9 * MINUTE))).toBe(false);
  expect(isStalled(made.pass(MINUTE))).toBe(true);
  sign(made.pass(MINUTE));
  expect(isStalled(made)).toBe(false);
});

test.each<[string, (on: Scene) => unknown]>([
  ['progress', (on) => on.as('alice').call('task.progress', { ...own, progress: on.clock / 1_000_000 })],
  ['a checkpoint', (on) => on.as('alice').call('checkpoint.save', own)],
])('[AG12] %s counts from when it came, however soon after another', (_, sign) => {
  const made = working().pass(MINUTE);
  sign(made);
  sign(made.pass(30_000));
  expect(isStalled(made.pass(10 * MINUTE - 1))).toBe(false);
  expect(isStalled(made.pass(1))).toBe(true);
});

test('[AG12] to start another task is a sign, and so is to complete one', () => {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull', maxTasks: 2 });
  for (const title of ['x', 'y']) made.as('human:kim').call('task.create', { title });
  made.as('alice').call('task.next', {});
  made
    .pass(9 * MINUTE)
    .as('alice')
    .call('task.next', {});
  expect(isStalled(made.pass(9 * MINUTE))).toBe(false);
  made.as('alice').call('task.complete', { taskId: 'T-2', attempt: 1 });
  expect(isStalled(made.pass(10 * MINUTE - 1))).toBe(false);
  expect(isStalled(made.pass(1))).toBe(true);
});

test('[AG12] coming back to work is a sign: nobody is stalled for having been away', () => {
  const made = working().pass(9 * MINUTE);
  made.presence('alice', 'late');
  made.pass(MINUTE).presence('alice', 'present');
  expect(isStalled(made.pass(10 * MINUTE - 1))).toBe(false);
  expect(isStalled(made.pass(1))).toBe(true);
});

test('[AG12] who asks a person is not stalled, however long that takes', () => {
  const made = working().pass(10 * MINUTE);
  expect(isStalled(made)).toBe(true);
  made.as('alice').call('question.ask', { body: 'Which?' });
  expect(isStalled(made.pass(60 * MINUTE))).toBe(false);
});

test('[AG12] half of what the task was estimated to take', () => {
  const made = working(60).pass(29 * MINUTE);
  expect(isStalled(made)).toBe(false);
  expect(isStalled(made.pass(MINUTE))).toBe(true);
});

test.each<[string, (on: Scene) => unknown]>([
  [
    'of itself',
    (on) => on.as('alice').call('agent.heartbeat', { activity: { doing: 'building', expectLongMs: 30 * MINUTE } }),
  ],
  [
    'of its task',
    (on) =>
      on.as('alice').call('task.progress', { ...own, activity: { doing: 'building', expectLongMs: 30 * MINUTE } }),
  ],
])('[AG12] not while what it said %s would take long is not over', (_, say) => {
  const made = working();
  say(made);
  expect(isStalled(made.pass(30 * MINUTE - 1))).toBe(false);
  expect(isStalled(made.pass(1))).toBe(true);
});

test('[AG12] who is not at work is not stalled, and nothing is written when nothing changes', () => {
  const made = working().pass(MINUTE * 60);
  expect(isStalled(made)).toBe(true);
  const { seq } = made;
  expect(isStalled(made)).toBe(true);
  expect(made.seq).toBe(seq);
  made.as('alice').call('question.ask', { body: 'Which?' });
  expect(isStalled(made)).toBe(false);
  expect(made.need('agent', 'bob').stalled).toBe(false);
});

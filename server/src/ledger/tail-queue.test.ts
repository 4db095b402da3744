import { expect, test } from 'vitest';
import { TailQueue } from './tail-queue.ts';

const message = (to: number) => ({ project: 'acme', epoch: 1, to });

test('gives what was heard in its order, once', () => {
  const queue = new TailQueue();
  expect(queue.waiting).toBe(false);
  for (const to of [1, 2, 3]) queue.add(message(to));
  expect(queue.waiting).toBe(true);
  expect(queue.take()).toMatchObject({ messages: [1, 2, 3].map(message), askStore: false });
  expect(queue.waiting).toBe(false);
});

test('more than it keeps is read from the store, also when nothing comes after it', () => {
  const queue = new TailQueue();
  for (let to = 1; to <= 100_000; to++) queue.add(message(to));
  expect(queue.waiting).toBe(true);
  expect(queue.take()).toMatchObject({ messages: [], askStore: true });
  queue.add(message(100_001));
  expect(queue.take()).toMatchObject({ messages: [message(100_001)], askStore: false });
});

test('who asks for the store is told when what was taken after that is settled', async () => {
  const queue = new TailQueue();
  const told: string[] = [];
  const asked = queue.ask().then(() => told.push('first'));
  const { askStore, settle } = queue.take();
  const later = queue.ask().then(() => told.push('second'));
  expect(askStore).toBe(true);
  settle();
  await asked;
  expect(told).toEqual(['first']);
  queue.take().settle();
  await later;
});

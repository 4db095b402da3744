import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';

test('clients that lost their hub together try again at different moments, each at most 30 % early or late', () => {
  const firstTry = (random: number): number => new Backoff(() => random).next(0);
  expect([0, 0.25, 0.5, 0.75, 1].map(firstTry)).toEqual([175, 213, 250, 288, 325]);
});

test('from the first step again only after a connection that lasted ten seconds', () => {
  const backoff = new Backoff(() => 0.5);
  expect([backoff.next(0), backoff.next(0)]).toEqual([250, 500]);
  backoff.opened(1_000);
  expect(backoff.next(10_999)).toBe(1_000);
  backoff.opened(20_000);
  expect(backoff.next(30_000)).toBe(250);
});

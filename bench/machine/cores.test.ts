import { expect, test } from 'vitest';
import { assignCores, readCoreList } from './cores.ts';

test('a list of cores as taskset prints it', () => {
  expect(readCoreList('0,1\n')).toEqual([0, 1]);
  expect(readCoreList('3')).toEqual([3]);
  expect(readCoreList('0,2-4,7')).toEqual([0, 2, 3, 4, 7]);
});

test('the server never shares its core; Redis gets a third one where there is one', () => {
  expect(assignCores([0, 1])).toMatchObject({ server: 0, load: 1, redis: 1 });
  expect(assignCores([4, 5, 6, 7])).toMatchObject({ server: 4, load: 5, redis: 6 });
});

test('on one core nothing is pinned, and the result says so', () => {
  const { server, load, redis, text } = assignCores([0]);
  expect([server, load, redis]).toEqual([undefined, undefined, undefined]);
  expect(text).toContain('nothing is pinned');
});

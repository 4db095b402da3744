import { beforeEach, expect, test } from 'vitest';
import { Standing, type Stands } from './standing.ts';

let told: Stands[];
let standing: Standing;
beforeEach(() => {
  told = [];
  standing = new Standing((stands) => told.push(stands));
  standing.connected(0);
});

test('level at the second beat: the first only says that the snapshot was right', () => {
  standing.beat(true, 100);
  expect(told).toEqual(['behind']);
  standing.beat(true, 2_100);
  expect(told).toEqual(['behind', 'level']);
});

test('a hub that sends beats and no diffs: it asks again after a second, and is never level', () => {
  let asked = 0;
  let isLevel = true;
  for (let now = 250; now < 20_000; now += 250) {
    // A snapshot makes it level for one beat, which comes at once.
    if (isLevel || now % 2_000 === 0) standing.beat(isLevel, now);
    isLevel = standing.tick(now);
    if (!isLevel) continue;
    asked += 1;
    standing.subscribes();
  }
  expect(told).toEqual(['behind']);
  expect(asked).toBeGreaterThan(4);
});

test('without beats it is behind; what came while nobody could look is not late', () => {
  standing.beat(true, 0);
  standing.beat(true, 2_000);
  standing.excuse(4_000);
  expect(standing.tick(9_000)).toBe(false);
  expect(standing.is).toBe('level');
  standing.tick(9_600);
  expect(standing.is).toBe('behind');
});

test('what is lacking has a second to come', () => {
  standing.beat(true, 0);
  standing.beat(true, 2_000);
  standing.beat(false, 4_000);
  expect(standing.tick(4_900)).toBe(false);
  expect(standing.tick(5_100)).toBe(true);
  standing.beat(true, 5_200);
  expect(standing.tick(6_500)).toBe(false);
  standing.left();
  expect(told).toEqual(['behind', 'level', 'behind', 'level', 'away']);
});

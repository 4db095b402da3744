import { describe, expect, test } from 'vitest';
import { joinLines } from '../history/join.ts';
import { BUGS, type Bug } from '../testing/seeded-bug.ts';
import { simulateRun } from '../testing/simulated-run.ts';
import { check } from './check.ts';

const RUNS = 200;
const HISTORIES_OF_A_BUG = 10;
/** Where a bug finds no chance, or nobody could have noticed, the next seed is tried. */
const MAX_SEEDS = 300;

test(`${RUNS} histories of a hub that keeps its promises: no alarm`, { timeout: 60_000 }, () => {
  const counted = [
    'operations',
    'staleAttempts',
    'unknown',
    'retried',
    'repeated',
    'messages',
    'redelivered',
    'grants',
    'leasesEnded',
    'pictures',
  ] as const;
  const sum = new Map<string, number>();
  let lossesDue = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const { violations, figures } = check(joinLines(simulateRun(seed).lines));
    expect(violations, `seed ${seed}`).toEqual([]);
    expect(figures.operations).toBeGreaterThanOrEqual(300);
    lossesDue += figures.lossesDue;
    for (const key of counted) sum.set(key, (sum.get(key) ?? 0) + figures[key]);
  }
  // None of it is quiet because nothing happened.
  for (const [key, count] of sum) expect(count, key).toBeGreaterThan(RUNS);
  expect(lossesDue).toBeGreaterThan(RUNS / 10);
});

test('without the log of the hub, too, there is no alarm', { timeout: 60_000 }, () => {
  for (let seed = 1; seed <= 30; seed++) {
    const told = simulateRun(seed).lines.filter(({ k }) => k !== 'tx');
    expect(check(joinLines(told)).violations, `seed ${seed}`).toEqual([]);
  }
});

const bugs = Object.entries(BUGS).map(([bug, rule]) => ({ bug: bug as Bug, rule }));
describe.each(bugs)('$bug', ({ bug, rule }) => {
  test(`is told by ${rule} every time it took effect`, { timeout: 60_000 }, () => {
    let took = 0;
    for (let seed = 1; seed <= MAX_SEEDS && took < HISTORIES_OF_A_BUG; seed++) {
      const { lines, tookEffect } = simulateRun(seed, bug);
      if (!tookEffect) continue;
      took++;
      const rules = new Set(check(joinLines(lines)).violations.map((violation) => violation.rule));
      expect([...rules], `seed ${seed}`).toContain(rule);
    }
    expect(took).toBe(HISTORIES_OF_A_BUG);
  });
});

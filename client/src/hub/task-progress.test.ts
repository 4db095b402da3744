import { expect, test } from 'vitest';
import { task } from '../testing/records.ts';
import { lastReport } from './task-progress.ts';

const NOW = 10_000_000;

test('nothing reported is unknown', () => {
  expect(lastReport(task('T-1'), NOW)).toBeNull();
  expect(lastReport(task('T-1', { status: 'in_progress', startedAt: 5_000, progress: 0 }), NOW)).toBeNull();
});

test('a reported 0 is a 0', () => {
  expect(
    lastReport(task('T-1', { status: 'in_progress', startedAt: 5_000, progressAt: NOW - 1, progress: 0 }), NOW),
  ).toEqual({ percent: 0, at: NOW - 1, old: false });
});

test('a report is old after 10 minutes, unless the task is over', () => {
  const at = NOW - 600_001;
  expect(lastReport(task('T-1', { status: 'in_progress', progressAt: at, progress: 40 }), NOW)?.old).toBe(true);
  expect(lastReport(task('T-1', { status: 'completed', progressAt: at, progress: 100 }), NOW)?.old).toBe(false);
});

import type { TaskRecord } from '@signalbox/shared/records/task';
import { describe, expect, test } from 'vitest';
import { task } from '../../testing/records.ts';
import { COLUMNS, inColumn, matches, NARROW_COLUMNS } from './columns.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const ids = (tasks: readonly TaskRecord[]) => tasks.map(({ id }) => id);

describe('the board', () => {
  test('has a column for every status there is, so that no task is nowhere', () => {
    const statuses: TaskRecord['status'][] = [
      'pending',
      'in_progress',
      'needs_review',
      'completed',
      'blocked',
      'failed',
      'cancelled',
    ];
    expect(COLUMNS.map((column) => column.status).sort()).toEqual([...statuses].sort());
    expect(NARROW_COLUMNS.map((column) => column.status).sort()).toEqual([...statuses].sort());
  });

  test('shows what is open by priority, then by number', () => {
    const tasks = [task('T-10'), task('T-9'), task('T-11', { priority: 1 }), task('T-1', { status: 'blocked' })];
    expect(ids(inColumn('pending', tasks, NOW))).toEqual(['T-11', 'T-9', 'T-10']);
  });

  test('shows what was done in the last 24 hours, newest first', () => {
    const done = (id: string, hoursAgo: number) =>
      task('T-1', { id, status: 'completed', finishedAt: NOW - hoursAgo * HOUR });
    expect(ids(inColumn('completed', [done('T-1', 25), done('T-2', 3), done('T-3', 1)], NOW))).toEqual(['T-3', 'T-2']);
  });

  test('keeps failed tasks however old: they wait for somebody', () => {
    expect(ids(inColumn('failed', [task('T-1', { status: 'failed', finishedAt: NOW - 90 * HOUR })], NOW))).toEqual([
      'T-1',
    ]);
  });
});

describe('the filter', () => {
  const login = task('T-12', { title: 'Refactor the login', assignee: 'alice', files: ['src/auth/**'] });
  test.each(['login', 'T-12', 'alice', 'src/auth', 'REFACTOR alice'])('finds by %s', (query) => {
    expect(matches(login, query)).toBe(true);
  });
  test('needs every word', () => {
    expect(matches(login, 'login bob')).toBe(false);
  });
});

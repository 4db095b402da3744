import { expect, test } from 'vitest';
import { task } from '../../testing/records.ts';
import { sortTasks } from './sorting.ts';

const tasks = [
  task('T-1', { status: 'completed', progress: 100, assignee: 'bob', priority: 2 }),
  task('T-2', { status: 'in_progress', progress: 40, assignee: 'alice', priority: 3 }),
  task('T-10', { status: 'failed', priority: 4 }),
  task('T-9', { status: 'pending', priority: 1 }),
];

test.each([
  ['status', ['T-10', 'T-2', 'T-9', 'T-1']],
  ['task', ['T-1', 'T-2', 'T-9', 'T-10']],
  ['priority', ['T-9', 'T-1', 'T-2', 'T-10']],
  ['owner', ['T-2', 'T-1', 'T-9', 'T-10']],
  ['progress', ['T-1', 'T-2', 'T-9', 'T-10']],
] as const)('by %s', (sort, expected) => {
  expect(sortTasks(tasks, sort).map(({ id }) => id)).toEqual(expected);
});

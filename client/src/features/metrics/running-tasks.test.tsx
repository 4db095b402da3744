// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { RunningTasks } from './running-tasks.tsx';

afterEach(cleanup);

const NOW = 1_700_000_000_000;
const running = (n: number, agoMs?: number) =>
  task(`T-${n}`, {
    status: 'in_progress',
    assignee: 'alice',
    ...(agoMs !== undefined && { progress: 40, progressAt: NOW - agoMs }),
  });
const shown = () => screen.getAllByTestId('running-task').map((one) => one.getAttribute('data-entity'));

test('who reported last stands first, who never did last', async () => {
  await renderHub(<RunningTasks />, [running(1), running(2, 9_000), running(3), running(4, 1_000)]);
  expect(shown()).toEqual(['task:T-4', 'task:T-2', 'task:T-1', 'task:T-3']);
});

test('of many those that report are shown, and how many are not', async () => {
  await renderHub(<RunningTasks />, [...Array.from({ length: 20 }, (_, n) => running(n + 1)), running(99, 1_000)]);
  expect(shown()).toHaveLength(12);
  expect(shown()[0]).toBe('task:T-99');
  expect(screen.getByText(/and 9 more/)).toBeTruthy();
});

test('no bar changes its place under the pointer, and what has ended is no bar any more', async () => {
  const { feed, hubSays } = await renderHub(<RunningTasks />, [running(1, 9_000), running(2, 5_000)]);
  fireEvent.pointerEnter(screen.getByRole('list'));
  await hubSays(() => feed.diff({ puts: [running(3, 0)] }));
  expect(shown()).toEqual(['task:T-2', 'task:T-1']);
  await hubSays(() => feed.diff({ puts: [task('T-2', { rev: 2, status: 'completed' })] }));
  expect(shown()).toEqual(['task:T-1']);
  fireEvent.pointerLeave(screen.getByRole('list'));
  expect(shown()).toEqual(['task:T-3', 'task:T-1']);
});

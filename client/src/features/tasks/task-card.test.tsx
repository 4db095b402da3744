// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { agent, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { TaskCard } from './task-card.tsx';

const NOW = 1_700_000_000_000;
afterEach(cleanup);
const running = { status: 'in_progress', assignee: 'alice', startedAt: NOW - 900_000 } as const;
const worker = agent('alice', { state: 'working' });

test('says how far it is, who says so and when', async () => {
  await renderHub(<TaskCard id="T-1" />, [
    task('T-1', { ...running, progress: 62, progressAt: NOW - 240_000 }),
    worker,
  ]);
  const text = screen.getByTestId('task-card').textContent;
  expect(text).toContain('62 %');
  expect(text).toContain('alice · reported 4 m ago');
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('62');
});

test('without a report the progress is unknown, not 0', async () => {
  const started = task('T-1', { ...running, progress: 0, progressAt: undefined });
  await renderHub(<TaskCard id="T-1" />, [started, worker]);
  expect(screen.getByTestId('task-card').textContent).toContain('not reported yet');
  expect(screen.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('not reported');
});

test('moves with the reports', async () => {
  const { feed, hubSays } = await renderHub(<TaskCard id="T-1" />, [task('T-1', running), worker]);
  await hubSays(() => feed.diff({ puts: [task('T-1', { ...running, rev: 2, progress: 80, progressAt: NOW })] }));
  expect(screen.getByTestId('task-card').textContent).toContain('80 %');
});

test('its title opens it', async () => {
  const { opened } = await renderHub(<TaskCard id="T-1" />, [task('T-1', { title: 'Add login' })]);
  fireEvent.click(screen.getByRole('button', { name: 'T-1 Add login' }));
  expect(opened).toEqual([{ kind: 'task', id: 'T-1' }]);
});

test('a failed one is retried in place', async () => {
  const { feed } = await renderHub(<TaskCard id="T-1" />, [task('T-1', { status: 'failed', failures: 3 })]);
  fireEvent.click(screen.getByRole('button', { name: 'Retry T-1' }));
  expect(feed.sent.map(({ name, input }) => [name, input])).toEqual([['task.retry', { taskId: 'T-1' }]]);
});

test('one that waits for another is not unblocked here', async () => {
  const waits = task('T-1', { status: 'blocked', dependencies: ['T-2'], waiting: { code: 'DEPENDENCY', on: 'T-2' } });
  await renderHub(<TaskCard id="T-1" />, [waits]);
  expect(screen.queryByRole('button', { name: 'Unblock T-1' })).toBeNull();
});

test('characters that turn or hide text are shown', async () => {
  const activity = { doing: 'run\u202E', next: 'push\u202E' };
  await renderHub(<TaskCard id="T-1" />, [task('T-1', { ...running, title: 'safe\u202Etxt.exe', activity })]);
  expect(screen.getByTestId('task-card').textContent).toContain('safe‹U+202E›txt.exe');
  expect(screen.getByTitle('next: push‹U+202E›').textContent).toBe('run‹U+202E›');
});

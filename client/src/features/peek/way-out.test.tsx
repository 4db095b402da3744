// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { agent, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { AgentPeek } from './agent-peek.tsx';
import { TaskPeek } from './task-peek.tsx';

afterEach(cleanup);

test('behind what a task waits for stands the way to its cause, and the one thing to do', async () => {
  const waiting = task('T-2', { dependencies: ['T-1'], waiting: { code: 'DEPENDENCY', on: 'T-1' } });
  const chain = [
    { because: 'T-2 depends on T-1', on: 'T-1' },
    { because: 'nobody can rust', on: 'rust' },
  ];
  await renderHub(<TaskPeek id="T-2" onOpen={() => {}} />, [task('T-1'), waiting], {
    reply: (name) =>
      name === 'task.explain' ? { chain, action: 'Start an agent that can rust.', frees: 2 } : undefined,
  });
  await act(async () => {});
  expect(screen.getByTestId('why-not-moving').textContent).toContain('Waits for T-1');
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(
    expect.arrayContaining(['T-2 depends on T-1', 'nobody can rust']),
  );
  expect(screen.getByTestId('way-out').textContent).toContain('Start an agent that can rust. Frees 2 tasks.');
});

test('a task that moves has nothing to explain, and is not asked about', async () => {
  const { feed } = await renderHub(
    <TaskPeek id="T-1" onOpen={() => {}} />,
    [agent('alice'), task('T-1', { status: 'in_progress', assignee: 'alice' })],
    {},
  );
  await act(async () => {});
  expect(feed.sent.filter(({ name }) => name === 'task.explain')).toEqual([]);
});

test('what took an agent longest stands with it', async () => {
  const done = task('T-9', { status: 'completed', title: 'Port the parser' });
  const longestFinished = [{ taskId: 'T-9', title: done.title, assignee: 'alice', tookMs: 125_000 }];
  await renderHub(<AgentPeek id="alice" onOpen={() => {}} />, [agent('alice'), done], {
    reply: (name) => (name === 'task.stats' ? { longestFinished } : undefined),
  });
  await act(async () => {});
  const section = screen.getByRole('heading', { name: 'Took longest' }).parentElement;
  expect(section?.textContent).toContain('2 m');
  expect(section?.textContent).toContain('Port the parser');
});

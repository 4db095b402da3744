// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { agent, alarm, lock, question, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { FloorPage } from './floor-page.tsx';

afterEach(cleanup);

const cell = (id: string) => {
  const found = screen.getAllByTestId('agent-cell').find((one) => one.getAttribute('data-entity') === `agent:${id}`);
  if (found === undefined) throw new Error(`no cell of ${id}`);
  return found;
};
const NOW = 1_700_000_000_000;

test('a card says what its agent does, live', async () => {
  const { feed, hubSays, opened } = await renderHub(<FloorPage />, [
    agent('alice', { state: 'working', taskIds: ['T-1'], doneLast24h: 4 }),
    task('T-1', { title: 'Add login', status: 'in_progress', assignee: 'alice', progress: 40, progressAt: NOW }),
    lock('L-1', 'alice', ['src/a.ts', 'src/b.ts']),
  ]);
  await hubSays(() => feed.sendPresence([['alice', 4_000, { doing: 'run tests', step: 3, total: 7, next: 'lint' }]]));
  const text = () => cell('alice').textContent;
  for (const part of [
    'alice',
    'working',
    'T-1 Add login',
    '[3/7] run tests — lint',
    '40 %',
    'files 2',
    'done 4',
    'hb 4 s',
  ])
    expect(text()).toContain(part);
  await hubSays(() =>
    feed.diff({
      puts: [
        task('T-1', {
          rev: 2,
          title: 'Add login',
          status: 'in_progress',
          assignee: 'alice',
          progress: 55,
          progressAt: NOW,
        }),
      ],
    }),
  );
  expect(text()).toContain('55 %');
  fireEvent.click(within(cell('alice')).getByRole('button', { name: 'alice' }));
  expect(opened).toEqual([{ kind: 'agent', id: 'alice' }]);
});

test('what is not known is a dash', async () => {
  await renderHub(<FloorPage />, [
    agent('alice', { state: 'working', taskIds: ['T-1'] }),
    task('T-1', { status: 'in_progress', assignee: 'alice' }),
  ]);
  expect(cell('alice').textContent).toContain('hb —');
  expect(within(cell('alice')).getByRole('progressbar').getAttribute('aria-valuetext')).toBe('not reported');
});

test('a hub that was started again has not heard of an agent: the last sign known gets older, none is a dash', async () => {
  const { feed, hubSays } = await renderHub(<FloorPage />, [
    agent('alice', { state: 'lost' }),
    agent('bob', { state: 'lost' }),
  ]);
  const beat = (id: string) => within(cell(id)).getByText(/^hb /);
  await hubSays(() => feed.sendPresence([['alice', 4_000]]));
  await hubSays(() => {
    feed.setStatus({ state: 'reconnecting', attempt: 1, nextTryAt: null, closeReason: 'x', lastFrameAt: 0 });
    feed.serverTime += 30_000;
    feed.goLive([agent('alice', { state: 'lost' }), agent('bob', { state: 'lost' })]);
    feed.changeNode(3_000);
    feed.sendBeat({ node: 'n2' });
    feed.sendPresence([]);
  });
  expect(beat('alice').textContent).toBe('hb 34 s');
  expect(beat('bob').textContent).toBe('hb —');
  expect(beat('bob').title).toBe('Not heard since the hub started');
});

test('the abnormal changes its shape and keeps its place', async () => {
  const { feed, hubSays } = await renderHub(<FloorPage />, [agent('alice'), agent('bob'), agent('carol')]);
  const places = () => screen.getAllByTestId('agent-cell').map((one) => one.getAttribute('data-entity'));
  const before = places();
  expect(screen.getAllByTestId('agent-cell').every((one) => one.getAttribute('data-attention-tone') === null)).toBe(
    true,
  );
  await hubSays(() =>
    feed.diff({
      puts: [
        agent('bob', { rev: 2, state: 'lost' }),
        alarm('A-1'),
        agent('alice', { rev: 2, state: 'asking' }),
        question('Q-1'),
      ],
    }),
  );
  expect(places()).toEqual(before);
  expect(cell('bob').getAttribute('data-attention-tone')).toBe('p2');
  expect(cell('bob').textContent).toContain('2lost');
  expect(cell('alice').getAttribute('data-attention-tone')).toBe('ask');
  expect(cell('alice').textContent).toContain('“Drop legacy tokens?”');
});

test('nobody: it says what to do, and the first agent appears by itself', async () => {
  const { feed, hubSays } = await renderHub(<FloorPage />, []);
  expect(screen.getByText('No agent is here.')).toBeTruthy();
  await hubSays(() => feed.diff({ puts: [agent('alice')] }));
  expect(cell('alice').textContent).toContain('idle');
});

test('one cell is a tab stop; arrows lead to the others', async () => {
  await renderHub(<FloorPage />, [agent('alice'), agent('bob')]);
  const stops = () =>
    [...document.querySelectorAll<HTMLElement>('[data-cell]')]
      .filter((one) => one.tabIndex === 0)
      .map((one) => one.textContent);
  expect(stops()).toEqual(['alice']);
  within(cell('bob')).getByRole('button').focus();
  expect(stops()).toEqual(['bob']);
});

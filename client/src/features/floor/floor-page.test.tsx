// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { usePrefs } from '../../hub/prefs-store.ts';
import { agent, alarm, lock, question, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { FloorPage } from './floor-page.tsx';

const prefs = usePrefs.getState();
beforeEach(() => usePrefs.setState(prefs, true));
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

const fleet = (count: number) => Array.from({ length: count }, (_, i) => agent(`manus_${i + 1}`, { state: 'working' }));
const floor = () => screen.getByTestId('floor');

test('a large fleet is chips, each with its end of the id, its state and the progress of its task', async () => {
  const { feed, hubSays, opened } = await renderHub(<FloorPage />, [
    ...fleet(81),
    agent('manus_7', { state: 'working', taskIds: ['T-1'] }),
    task('T-1', { status: 'in_progress', assignee: 'manus_7', progress: 40, progressAt: NOW }),
  ]);
  expect(floor().getAttribute('data-form')).toBe('chips');
  const chip = () => within(cell('manus_7')).getByRole('button');
  expect(chip().getAttribute('aria-label')).toBe('manus_7, working, T-1 40 %');
  expect(chip().textContent).toBe('7');
  fireEvent.click(chip());
  expect(opened).toEqual([{ kind: 'agent', id: 'manus_7' }]);
  await hubSays(() =>
    feed.diff({ puts: [agent('manus_7', { rev: 2, state: 'lost' }), alarm('A-1', about('manus_7'))] }),
  );
  expect(cell('manus_7').getAttribute('data-attention-tone')).toBe('p2');
  expect(chip().textContent).toBe('72');
  expect(chip().getAttribute('aria-label')).toBe('manus_7, lost');
});

const about = (id: string) => ({ subject: { kind: 'agent', id } });

test('the form can be chosen: it is said in the toolbar, kept, and in the address', async () => {
  const { params } = await renderHub(<FloorPage />, fleet(3));
  expect(screen.getByRole('button', { name: 'Auto: cards' }).getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(screen.getByRole('button', { name: 'Chips' }));
  expect(floor().getAttribute('data-form')).toBe('chips');
  expect(params()).toEqual({ density: 'chips' });
  expect(usePrefs.getState().density).toBe('chips');
});

test('a link decides over what this person had last', async () => {
  usePrefs.setState({ density: 'cards', group: 'role' });
  await renderHub(<FloorPage />, fleet(3), { params: { density: 'tiles', group: 'none' } });
  expect(floor().getAttribute('data-form')).toBe('tiles');
  expect(screen.queryByRole('heading', { name: /SPEED DEVELOPER/ })).toBeNull();
  expect(usePrefs.getState()).toMatchObject({ density: 'cards', group: 'role' });
});

test('resting on a chip tells what it has no room for; passing over does not; Esc takes it away', async () => {
  vi.useFakeTimers();
  try {
    await renderHub(
      <FloorPage />,
      fleet(100).map((one) => ({ ...one, host: 'box\u202e' })),
    );
    const layer = () => screen.queryByTestId('chip-tooltip');
    const wait = (ms: number) => act(async () => vi.advanceTimersByTime(ms));
    fireEvent.pointerOver(within(cell('manus_7')).getByRole('button'));
    await wait(149);
    expect(layer()).toBeNull();
    fireEvent.pointerOver(within(cell('manus_8')).getByRole('button'));
    await wait(149);
    expect(layer()).toBeNull();
    await wait(1);
    expect(layer()?.textContent).toContain('manus_8working');
    expect(layer()?.textContent, 'with what could deceive').toContain('box‹U+202E›');
    fireEvent.pointerOver(within(cell('manus_9')).getByRole('button'));
    fireEvent.pointerOver(layer() ?? document.body);
    await wait(1_000);
    expect(layer()?.textContent).toContain('manus_8');
    const event = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    await act(async () => void within(cell('manus_8')).getByRole('button').dispatchEvent(event));
    expect(event.defaultPrevented).toBe(true);
    expect(layer()).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

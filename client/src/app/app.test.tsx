// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useUi } from '../hub/ui-store.ts';
import { openApp, PROJECT } from '../testing/open-app.tsx';
import { agent, alarm, question } from '../testing/records.ts';
import { useAuth } from './auth.ts';

const start = useUi.getState();
beforeEach(() => {
  useAuth.setState({ needed: null, problem: null, signIns: 0 });
  useUi.setState(start, true);
});
afterEach(cleanup);

const content = () => screen.getByTestId('content');

test('the frame: live, then visibly not, then live again with the first applied frame', async () => {
  const { feed, live } = await openApp('/p/acme/floor');
  await screen.findByTestId('content');
  expect(content().getAttribute('data-stale')).toBe('false');
  expect(screen.getByTestId('status-sentence').textContent).toBe('—');
  await live([agent('alice', { state: 'working' })]);
  await waitFor(() =>
    expect(screen.getByTestId('status-sentence').textContent).toContain('All normal. 1 of 1 agent working'),
  );
  expect(screen.queryByTestId('connection-banner')).toBeNull();
  expect(screen.getByTestId('liveness').textContent).toContain('Live');

  await act(async () =>
    feed.setStatus({
      state: 'reconnecting',
      attempt: 3,
      nextTryAt: Date.now() + 4_000,
      closeReason: 'x',
      lastFrameAt: Date.now() - 23_000,
    }),
  );
  expect(content().getAttribute('data-stale')).toBe('true');
  expect(screen.getByTestId('connection-banner').textContent).toMatch(
    /Not updating — as of .* \(23 s ago\)\. Reconnecting, attempt 3, next try in 4 s/,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Try now' }));
  expect(feed.tries).toBe(1);

  await act(async () => feed.setStatus({ state: 'resyncing', progress: 62, lastFrameAt: null }));
  expect(content().getAttribute('data-stale')).toBe('true');
  expect(screen.getByTestId('connection-banner').textContent).toContain('Connected, catching up 62 %');
  await live([agent('alice', { state: 'working' })]);
  expect(content().getAttribute('data-stale')).toBe('false');
  expect(screen.queryByTestId('connection-banner')).toBeNull();
});

test.each([
  ['_hub', { code: 'BAD_INPUT', message: 'project: must match' } as const, 'There is no project _hub.'],
  ['gone', { code: 'NOT_FOUND', message: 'There is no project gone.' } as const, 'There is no project gone.'],
])('a project that cannot be there is said not to be, with the way back: %s', async (project, error, sentence) => {
  const { feed } = await openApp(`/p/${project}/floor`);
  await screen.findByTestId('content');
  await act(async () => feed.setStatus({ state: 'refused', error, lastFrameAt: null }));
  expect(document.getElementById('main')?.textContent).toContain(sentence);
  expect(screen.getByRole('link', { name: 'Go to the control room' })).toBeDefined();
});

test('on a phone the page of all alarms is not called like the new ones beside it', async () => {
  const { live } = await openApp('/p/acme/alarms');
  await screen.findByTestId('content');
  await live([]);
  const words = [...screen.getByRole('navigation', { name: 'Panes' }).querySelectorAll('button')].map((one) =>
    one.textContent?.trim(),
  );
  expect(words).toContain('All alarms');
  expect(new Set(words).size).toBe(words.length);
});

test('a promise weaker than the usual, and a hub that was restarted, are said', async () => {
  const { feed, live } = await openApp('/p/acme/floor');
  await screen.findByTestId('content');
  await live([]);
  expect(screen.queryByTestId('durability-banner')).toBeNull();
  await act(async () => feed.goLive([], { durability: 'memory' }));
  expect(screen.getByTestId('durability-banner').textContent).toContain('Nothing is kept on disk');
  await act(async () => feed.changeNode(3_000));
  expect(screen.getByTestId('hub-notice').textContent).toMatch(/Hub restarted \d\d:\d\d:\d\d; 3 s gap/);
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByTestId('hub-notice')).toBeNull();
});

test('N goes through what needs attention, from anywhere, and never while somebody types', async () => {
  const { live } = await openApp('/p/acme/floor');
  await screen.findByTestId('content');
  await live([agent('alice', { state: 'asking' }), question('Q-1'), alarm('A-1'), alarm('A-2', { state: 'acked' })]);
  const focused = () => document.activeElement?.getAttribute('data-entity');
  const press = (key: string, shiftKey = false) =>
    act(async () => void fireEvent.keyDown(document.activeElement ?? document.body, { key, shiftKey }));
  await screen.findByTestId('question-card');
  await press('n');
  expect(focused()).toBe('question:Q-1');
  await press('n');
  await waitFor(() => expect(focused()).toBe('alarm:A-1'));
  await press('n');
  await waitFor(() => expect(focused()).toBe('question:Q-1'));
  await press('N', true);
  await waitFor(() => expect(focused()).toBe('alarm:A-1'));
  await press('n');
  await waitFor(() => expect(focused()).toBe('question:Q-1'));
  screen.getByRole('textbox', { name: 'Answer to alice' }).focus();
  await press('n');
  expect(document.activeElement?.tagName).toBe('TEXTAREA');
});

test('what is open is in the address; Esc closes it', async () => {
  const { router, live } = await openApp('/p/acme/floor?peek=agent:alice&q=al');
  await screen.findByTestId('content');
  await live([agent('alice'), agent('bob')]);
  expect(await screen.findByTestId('peek-panel')).toBeTruthy();
  expect(screen.getAllByTestId('agent-cell').map((cell) => cell.getAttribute('data-entity'))).toEqual(['agent:alice']);
  expect(router.state.location.href).toBe('/p/acme/floor?peek=agent:alice&q=al');
  await act(async () => void fireEvent.keyDown(document.body, { key: 'Escape' }));
  await waitFor(() => expect(screen.queryByTestId('peek-panel')).toBeNull());
  expect(router.state.location.href).toBe('/p/acme/floor?q=al');
});

test('who is not signed in is asked to, over the page, and goes on where he was', async () => {
  const { feed, live } = await openApp('/p/acme/floor');
  await screen.findByTestId('content');
  await act(async () =>
    feed.setStatus({ state: 'refused', error: { code: 'UNAUTHENTICATED', message: 'No session.' }, lastFrameAt: null }),
  );
  expect(screen.getByTestId('sign-in').textContent).toContain('npx signalbox open');
  await act(async () => useAuth.setState({ needed: null, signIns: 1 }));
  expect(feed.tries).toBe(1);
  await live([agent('alice')]);
  expect(screen.queryByTestId('sign-in')).toBeNull();
  expect(await screen.findByText('alice')).toBeTruthy();
});

test('the address alone leads to the project with life in it', async () => {
  const http = {
    'project.list': { ok: true, projects: [PROJECT] },
    'agent.list': { ok: true, agents: [agent('alice')] },
  };
  const { router } = await openApp('/', { http });
  await waitFor(() => expect(router.state.location.pathname).toBe('/p/acme/floor'));
});

test('a hub where nobody ever was welcomes, and turns live with the first agent', async () => {
  const http = {
    'project.list': { ok: true, projects: [PROJECT] },
    'agent.list': { ok: true, agents: [] },
    'task.list': { ok: true, tasks: [] },
  };
  const { router, live } = await openApp('/', { http });
  await waitFor(() => expect(router.state.location.pathname).toBe('/welcome'));
  await screen.findByTestId('welcome-page');
  await live([agent('alice')]);
  await waitFor(() => expect(screen.getByTestId('first-agent').getAttribute('data-entity')).toBe('agent:alice'));
});

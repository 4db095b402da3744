// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApp } from '../testing/open-app.tsx';
import { agent } from '../testing/records.ts';
import { useAuth } from './auth.ts';

beforeEach(() => useAuth.setState({ needed: null, problem: null, signIns: 0 }));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const NO_SESSION = { code: 'UNAUTHENTICATED', message: 'No session.' } as const;
const page = () => screen.getByTestId('sign-in');

/** The hub answers every request for a session like this; returns what was asked. */
function sessionAnswers(answer: () => Response): { method: string; body: unknown }[] {
  const asked: { method: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    asked.push({
      method: init.method ?? '',
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    });
    return answer();
  });
  return asked;
}
const paste = async (text: string) => {
  fireEvent.change(screen.getByRole('textbox', { name: 'A link or a token' }), { target: { value: text } });
  await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Sign in' })));
};

async function refused() {
  const app = await openApp('/p/acme/floor?q=al');
  await screen.findByTestId('content');
  await act(async () => app.feed.setStatus({ state: 'refused', error: NO_SESSION, lastFrameAt: null }));
  return app;
}

test('who was never signed in is told how to get in, and comes to the page he wanted', async () => {
  const { router, feed, live } = await refused();
  expect(page().dataset.reason).toBe('first');
  expect(page().textContent).toContain('npx signalbox open');
  expect(page().textContent).toContain('npx signalbox invite NAME');
  const asked = sessionAnswers(() => Response.json({ ok: true }));
  await paste(' sb_operator_1_x_00 ');
  expect(asked).toEqual([{ method: 'POST', body: { token: 'sb_operator_1_x_00' } }]);
  expect(feed.tries).toBe(1);
  await live([agent('alice')]);
  expect(screen.queryByTestId('sign-in')).toBeNull();
  expect(router.state.location.href).toBe('/p/acme/floor?q=al');
});

test('a used link says so, and what to do', async () => {
  await refused();
  sessionAnswers(() =>
    Response.json({ ok: false, error: { code: 'EXPIRED', message: 'This link was used already.' } }, { status: 409 }),
  );
  await paste('http://127.0.0.1:3334/#k=abc.def');
  expect(screen.getByRole('heading', { name: 'This link does not work any more' })).toBeTruthy();
  expect(screen.getByRole('alert').textContent).toBe('This link was used already.');
  expect(page().textContent).toContain('npx signalbox invite NAME');
});

test('a session that ended at work: nothing is lost, and a sign-in in another tab is enough', async () => {
  const { feed, live } = await openApp('/p/acme/floor');
  await screen.findByTestId('content');
  await live([agent('alice')]);
  await act(async () => feed.setStatus({ state: 'refused', error: NO_SESSION, lastFrameAt: null }));
  expect(page().dataset.reason).toBe('lost');
  expect(page().textContent).toContain('what you were writing is still there');
  const other = new BroadcastChannel('signalbox.signed-in');
  other.postMessage('in');
  await waitFor(() => expect(screen.queryByTestId('sign-in')).toBeNull());
  other.close();
  expect(feed.tries).toBe(1);
});

test('signing out takes away what was seen', async () => {
  const { feed, live } = await openApp('/p/acme/floor');
  await screen.findByTestId('content');
  await live([agent('alice')], 'viewer');
  expect(screen.getByText('View only')).toBeTruthy();
  const asked = sessionAnswers(() => Response.json({ ok: true }));
  fireEvent.click(screen.getByLabelText('Signed in as AK, viewer'));
  await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Sign out' })));
  expect(asked).toEqual([{ method: 'DELETE', body: undefined }]);
  expect(page().dataset.reason).toBe('signedOut');
  expect(screen.queryByTestId('content')).toBeNull();
  expect(feed.closed).toBe(true);
});

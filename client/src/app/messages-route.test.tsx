// @vitest-environment happy-dom
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { FakeFeed } from '../testing/fake-feed.ts';
import '../testing/patience.ts';
import { agent, message } from '../testing/records.ts';
import type { CallHub } from './hub-http.ts';
import { createAppRouter } from './router.tsx';

afterEach(cleanup);

async function open(address: string) {
  const feed = new FakeFeed();
  feed.reply = (name) =>
    name === 'message.get'
      ? { messages: [] }
      : name === 'message.inboxes'
        ? { inboxes: [] }
        : name === 'health.get'
          ? { score: null, word: null, deductions: [] }
          : undefined;
  const callHub = (async () => ({ ok: false, error: { code: 'NOT_FOUND', message: 'no' } })) as unknown as CallHub;
  const router = createAppRouter({ callHub, openFeed: () => feed }, createMemoryHistory({ initialEntries: [address] }));
  render(<RouterProvider router={router} />);
  await screen.findByTestId('content');
  await act(async () => {
    feed.goLive([agent('alice'), agent('bob'), message('M-1', { thread: 'a/b' }), message('M-2')]);
    feed.sendBeat();
  });
  await screen.findByTestId('messages-page');
  return router;
}
const title = () => within(screen.getByTestId('conversation')).getByRole('heading', { level: 2 }).textContent;

test('every conversation is an address, and the list stays where it is from one to the next', async () => {
  const router = await open('/p/acme/messages/a%2Fb');
  expect(title()).toContain('# a/b');
  expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('Messages');
  const list = screen.getByTestId('conversations');
  const links = within(list)
    .getAllByRole<HTMLAnchorElement>('link')
    .map((link) => link.getAttribute('href'));
  expect(links).toContain('/p/acme/messages/a%2Fb');
  expect(links).toContain('/p/acme/messages?with=bob');
  await act(async () => void fireEvent.click(within(list).getByRole('link', { name: /^\s*bob/ })));
  expect(router.state.location.href).toBe('/p/acme/messages?with=bob');
  expect(title()).toContain('bob');
  await act(async () => void fireEvent.click(within(list).getByRole('link', { name: /^Everything/ })));
  expect(router.state.location.href).toBe('/p/acme/messages?with=*');
  expect(screen.getByTestId('conversations')).toBe(list);
});

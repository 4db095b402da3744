// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useUi } from '../hub/ui-store.ts';
import { openApp } from '../testing/open-app.tsx';
import { agent, alarm, question } from '../testing/records.ts';

const start = useUi.getState();
beforeEach(() => useUi.setState(start, true));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const screenOf = (width: number) =>
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: query.includes('max-width') && width <= Number(/\d+/.exec(query)?.[0]),
    addEventListener: () => {},
    removeEventListener: () => {},
  }));

test.each([
  ['a phone, somebody asks', 390, '/p/acme/floor', [agent('alice'), question('Q-1')], 'needs'],
  ['a phone, an alarm nobody has taken', 390, '/p/acme/floor', [alarm('A-1')], 'needs'],
  ['a phone, an alarm somebody has', 390, '/p/acme/floor', [alarm('A-1', { state: 'acked' })], 'page'],
  ['a phone, all is calm', 390, '/p/acme/floor', [agent('alice')], 'page'],
  ['a phone, a link to an object', 390, '/p/acme/floor?peek=agent:alice', [question('Q-1')], 'page'],
  ['a phone, a link to another page', 390, '/p/acme/tasks', [question('Q-1')], 'page'],
  ['a wide screen', 1440, '/p/acme/floor', [question('Q-1')], 'page'],
] as const)('%s', async (_name, width, address, records, pane) => {
  screenOf(width);
  const { live } = await openApp(address);
  await screen.findByTestId('content');
  await live([...records]);
  await waitFor(() => expect(screen.getByTestId('status-sentence').textContent).not.toBe('—'));
  expect(useUi.getState().pane).toBe(pane);
});

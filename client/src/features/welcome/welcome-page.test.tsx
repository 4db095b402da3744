// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { agent } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { WelcomePage } from './welcome-page.tsx';

afterEach(cleanup);

test('a token that was made is shown and is in the snippet', async () => {
  const { feed, hubSays } = await renderHub(<WelcomePage />, [], { role: 'admin' });
  fireEvent.click(screen.getByTestId('create-token'));
  expect(feed.sent.map(({ name, input }) => [name, input])).toEqual([
    ['token.create', { role: 'agent', project: 'acme' }],
  ]);
  await hubSays(() => feed.sent[0]?.ok({ tokenId: 'k', token: 'sbx_secret' }));
  expect(screen.getByTestId('token').textContent).toContain('sbx_secret');
  expect(screen.getByRole('region', { name: /TypeScript program/ }).textContent).toContain("token: 'sbx_secret'");
});

test('who may not make tokens is told whom to ask', async () => {
  await renderHub(<WelcomePage />, [], { role: 'operator' });
  expect(screen.queryByTestId('create-token')).toBeNull();
  expect(screen.getByText(/Only an admin makes tokens/)).toBeTruthy();
});

test('the waiting line becomes the card of the first agent by itself', async () => {
  const { feed, hubSays } = await renderHub(<WelcomePage />, [], { role: 'admin' });
  expect(screen.getByTestId('waiting').textContent).toContain('Waiting for the first heartbeat');
  await hubSays(() => feed.diff({ puts: [agent('agent-1')] }));
  expect(screen.getByTestId('first-agent').textContent).toContain('agent-1');
  expect(screen.queryByTestId('waiting')).toBeNull();
});

test('without an agent at hand there is a demo and a simulated fleet', async () => {
  await renderHub(<WelcomePage />, [], { role: 'admin' });
  expect(screen.getByText('npx signalbox demo ~/some/repository')).toBeTruthy();
  expect(screen.getByText('npx signalbox sim --agents 25')).toBeTruthy();
});

test('characters that turn or hide text are shown in what the first agent says', async () => {
  await renderHub(<WelcomePage />, [agent('agent-1', { host: 'box\u202e', activity: { doing: 'reading\u202e' } })]);
  expect(screen.getByTestId('first-agent').textContent).toContain('reading‹U+202E›');
  expect(screen.getByTestId('first-agent').textContent).toContain('box‹U+202E›');
});

// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { agent, directive, receipt } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { SentList } from './sent-list.tsx';

afterEach(cleanup);

test('characters that turn or hide text are shown in addresses and in what recipients say', async () => {
  const read = { state: 'read', turnId: 'turn-1\u202e', note: 'soon\u202e' } as const;
  await renderHub(<SentList />, [
    agent('alice'),
    agent('bob'),
    directive('D-1', { to: 'capability:db\u202e', counts: { read: 1, queued: 1 } }),
    receipt('D-1', 'alice', read),
    receipt('D-1', 'bob'),
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Show 2 recipients' }));
  for (const words of ['→ capability:db‹U+202E›', 'turn turn-1‹U+202E›', 'soon‹U+202E›'])
    expect(screen.getByTestId('directive-card').textContent).toContain(words);
  expect(document.body.innerHTML).not.toContain('\u202e');
});

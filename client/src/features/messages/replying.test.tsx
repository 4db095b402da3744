// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agent, message } from '../../testing/records.ts';
import { NO_REPLIES, useReplyDrafts } from './reply-drafts.ts';
import {
  box,
  EVERYTHING,
  entry,
  item,
  open,
  replySend,
  talk,
  thread,
  withBob,
  write,
  written,
} from './test-messages-page.tsx';

beforeEach(() => useReplyDrafts.setState(NO_REPLIES));
afterEach(cleanup);

test('a reply goes to who wrote last, in this thread, and its draft is gone only when it was sent', async () => {
  const { feed, hubSays } = await open(thread, talk);
  write('on it');
  await hubSays(() =>
    fireEvent.keyDown(within(box()).getByRole('textbox', { name: 'Message' }), { key: 'Enter', ctrlKey: true }),
  );
  const sent = feed.sent.filter(({ name }) => name === 'message.send');
  expect(sent.map(({ input }) => input)).toEqual([{ to: 'bob', type: 'note', body: 'on it', thread: 'T-7' }]);
  await hubSays(() => sent[0]?.refuse({ code: 'INBOX_FULL', message: 'bob has 1,000 unread.' }));
  expect(within(box()).getByRole('alert').textContent).toBe('Not sent: bob has 1,000 unread.');
  expect(written()).toBe('on it');
  await hubSays(() => fireEvent.click(screen.getByTestId('reply-send')));
  await hubSays(() => feed.sent.at(-1)?.ok({ seq: 1, messageId: 'M-4', recipients: ['bob'] }));
  expect(written()).toBe('');
});

test('a message that comes while somebody writes does not turn his words to another', async () => {
  const { feed, hubSays } = await open(thread, talk);
  write('for bob');
  await hubSays(() => feed.diff({ puts: [message('M-4', { thread: 'T-7', from: 'carol', to: 'all' })] }));
  expect(within(box()).getByRole<HTMLSelectElement>('combobox', { name: 'To' }).value).toBe('bob');
  await hubSays(() => fireEvent.click(screen.getByTestId('reply-send')));
  expect(feed.sent.at(-1)?.input).toMatchObject({ to: 'bob' });
});

test('each conversation keeps its own draft', async () => {
  await open(withBob, talk);
  write('for bob');
  fireEvent.click(entry(/# T-7/));
  expect(written()).toBe('');
  fireEvent.click(entry(/^\s*bob/));
  expect(written()).toBe('for bob');
});

test('what is written while the former reply is under way stays', async () => {
  const { feed, hubSays } = await open(thread, talk);
  write('first');
  await hubSays(() => fireEvent.click(replySend()));
  write('second');
  await hubSays(() => feed.sent[0]?.ok({ seq: 1, messageId: 'M-4', recipients: ['bob'] }));
  expect(written()).toBe('second');
  expect(replySend().disabled).toBe(false);
});

test('who leaves a conversation and comes back cannot send the reply that is under way again', async () => {
  const { feed, hubSays } = await open(withBob, talk);
  write('for bob');
  await hubSays(() => fireEvent.click(replySend()));
  fireEvent.click(entry(/# T-7/));
  expect(replySend().textContent, 'another conversation waits for nothing').toBe('Send');
  fireEvent.click(entry(/^\s*bob/));
  expect(replySend().textContent).toBe('Sending…');
  await hubSays(() => fireEvent.submit(box()));
  expect(feed.sent).toHaveLength(1);
  await hubSays(() => feed.sent[0]?.ok({ seq: 1, messageId: 'M-4', recipients: ['bob'] }));
  expect([written(), replySend().textContent]).toEqual(['', 'Send']);
});

test('a refusal that comes while one is elsewhere stands with its draft until that is changed', async () => {
  const { feed, hubSays } = await open(withBob, talk);
  write('for bob');
  await hubSays(() => fireEvent.click(replySend()));
  fireEvent.click(entry(/# T-7/));
  await hubSays(() => feed.sent[0]?.refuse({ code: 'INBOX_FULL', message: 'bob has 1,000 unread.' }));
  expect(within(box()).queryByRole('alert'), 'it says nothing of this conversation').toBeNull();
  fireEvent.click(entry(/^\s*bob/));
  expect(within(box()).getByRole('alert').textContent).toBe('Not sent: bob has 1,000 unread.');
  expect(written()).toBe('for bob');
  write('for bob, later');
  expect(within(box()).queryByRole('alert')).toBeNull();
});

test('from everything a message is answered where it belongs, the box ready', async () => {
  const { gone, feed, hubSays } = await open(EVERYTHING, talk);
  expect(screen.queryByTestId('reply-box')).toBeNull();
  await hubSays(() => fireEvent.click(within(item('M-2')).getByRole('button', { name: 'Reply to M-2' })));
  expect(gone).toEqual([thread]);
  expect(box().textContent).toContain('Answers M-2');
  expect(document.activeElement).toBe(within(box()).getByRole('textbox', { name: 'Message' }));
  write('yes');
  await hubSays(() => fireEvent.click(screen.getByTestId('reply-send')));
  expect(feed.sent.at(-1)?.input).toEqual({ to: 'bob', type: 'note', body: 'yes', thread: 'T-7', replyTo: 'M-2' });
});

test('R answers the message that has the focus; after G it is a page', async () => {
  const { hubSays } = await open(thread, talk);
  const time = within(item('M-1')).getByRole('button', { name: /^M-1,/ });
  time.focus();
  await hubSays(() => {
    fireEvent.keyDown(time, { key: 'g' });
    fireEvent.keyDown(time, { key: 'r' });
  });
  expect(box().textContent).not.toContain('Answers');
  await hubSays(() => fireEvent.keyDown(time, { key: 'r' }));
  expect(box().textContent).toContain('Answers M-1');
});

test('to many it says how many, and asks once more', async () => {
  const many = Array.from({ length: 12 }, (_, i) => agent(`m_${i}`));
  const { feed, hubSays } = await open({ of: 'group', address: 'all' }, [...many, message('M-1', { to: 'all' })]);
  expect(box().textContent).toContain('→ 12 agents');
  write('stand by');
  await hubSays(() => fireEvent.click(screen.getByTestId('reply-send')));
  expect(feed.sent).toEqual([]);
  await hubSays(() =>
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Send to 12 agents' })),
  );
  expect(feed.sent[0]?.input).toEqual({ to: 'all', type: 'note', body: 'stand by' });
});

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VisibleRecord } from '../../hub/record-types.ts';
import { agent, message, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { COORDINATOR } from './conversation.ts';
import { MessagesPage } from './messages-page.tsx';
import { taskOf } from './no-coordinator.tsx';
import { NO_REPLIES, useReplyDrafts } from './reply-drafts.ts';

beforeEach(() => useReplyDrafts.setState(NO_REPLIES));
afterEach(cleanup);

const open = async (records: readonly VisibleRecord[]) => {
  const places = { current: COORDINATOR, go: () => {}, hrefOf: () => '/' };
  const hub = await renderHub(<MessagesPage places={places} />, records, {
    reply: (name) =>
      name === 'message.inboxes'
        ? { inboxes: [] }
        : name === 'message.list'
          ? { messages: [] }
          : name === 'message.get'
            ? { messages: [] }
            : undefined,
  });
  await act(async () => {});
  return hub;
};
const box = () => screen.getByTestId('reply-box');
const write = (text: string) =>
  fireEvent.change(within(box()).getByRole('textbox', { name: 'Message' }), { target: { value: text } });

test('what a person says to the coordinator goes to the role, in a thread of their own', async () => {
  const lead = agent('lead', { role: 'coordinator' });
  const { feed, hubSays } = await open([agent('alice'), lead, message('M-1', { from: 'lead', thread: 'coordinator' })]);
  expect(screen.queryByTestId('no-coordinator')).toBeNull();
  expect(screen.getByRole('heading', { name: /Coordinator/ }).textContent).toContain('lead');
  await hubSays(() => write('What is left to do?'));
  await hubSays(() => fireEvent.click(within(box()).getByTestId('reply-send')));
  expect(feed.sent.filter(({ name }) => name === 'message.send')).toMatchObject([
    { input: { to: 'role:coordinator', thread: 'coordinator', body: 'What is left to do?' } },
  ]);
});

test('what agents say to the role stands there too, as theirs', async () => {
  await open([
    agent('alice'),
    agent('lead', { role: 'coordinator' }),
    message('M-1', { from: 'alice', to: 'role:coordinator', recipients: ['lead'] }),
    message('M-2', { from: 'alice', to: 'role:coordinator', recipients: ['lead'], thread: 'T-7' }),
    message('M-3', { from: 'lead', to: 'people', recipients: [], thread: 'coordinator' }),
    message('M-4', { from: 'alice', to: 'bob' }),
  ]);
  const said = screen.getAllByTestId('message');
  expect(said.map(({ dataset }) => dataset.entity)).toEqual(['message:M-1', 'message:M-2', 'message:M-3']);
  expect(said[0]?.textContent).toContain('alice');
  expect(within(screen.getByTestId('conversations')).queryByText('To role:coordinator')).toBeNull();
});

test('where nobody has the role, that is said, and what was written can be a task', async () => {
  const { feed, hubSays } = await open([agent('alice'), agent('gone', { role: 'coordinator', state: 'left' })]);
  const offer = () => within(screen.getByTestId('no-coordinator')).getByRole<HTMLButtonElement>('button');
  expect(screen.getByTestId('no-coordinator').textContent).toContain('No agent with the role coordinator is here.');
  expect(offer().disabled).toBe(true);
  await hubSays(() => write('Ship the release\nafter the tests'));
  expect(within(box()).getByTestId<HTMLButtonElement>('reply-send').disabled).toBe(true);
  await hubSays(() => fireEvent.click(offer()));
  expect(feed.sent.filter(({ name }) => name === 'task.create')).toMatchObject([
    { input: { title: 'Ship the release', description: 'after the tests' } },
  ]);
});

test('what is written while the task is being made stays', async () => {
  const { feed, hubSays } = await open([agent('alice')]);
  await hubSays(() => write('Ship the release'));
  await hubSays(() => fireEvent.click(within(screen.getByTestId('no-coordinator')).getByRole('button')));
  await hubSays(() => write('and then'));
  await hubSays(() => feed.sent[0]?.ok({ task: task('T-1') }));
  expect(within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value).toBe('and then');
});

test('a task made of words has a title that fits, and loses nothing', () => {
  expect(taskOf(' Fix it \n')).toEqual({ title: 'Fix it' });
  const long = 'x'.repeat(300);
  expect(taskOf(long)).toEqual({ title: 'x'.repeat(200), description: long });
});

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestApply } from '../../hub/ui-store.ts';
import { message, task } from '../../testing/records.ts';
import type { Conversation } from './conversation.ts';
import { NO_REPLIES, useReplyDrafts } from './reply-drafts.ts';
import {
  box,
  EVERYTHING,
  entry,
  fleet,
  item,
  list,
  MINUTE,
  NOW,
  open,
  replySend,
  shown,
  talk,
  thread,
  withBob,
  write,
} from './test-messages-page.tsx';

beforeEach(() => useReplyDrafts.setState(NO_REPLIES));
afterEach(cleanup);

test('a thread is read oldest first: who to whom, what type, when, and the words', async () => {
  await open(thread, talk);
  expect(shown()).toEqual(['M-1', 'M-2']);
  expect(item('M-2').textContent).toMatch(/bob.*→.*alice.*note.*re M-1.*body of M-2/);
  expect(screen.getByTestId('conversation').textContent).toContain('2 messages');
});

test('bodies are asked for once for all that is shown, and a new message brings its own', async () => {
  const { feed, hubSays, known, session } = await open(thread, talk);
  const asked: unknown[] = [];
  const reply = feed.reply;
  feed.reply = (name, input) => {
    if (name === 'message.get') asked.push(input);
    return reply(name, input);
  };
  known.bodies['M-4'] = { body: 'and one more' };
  await hubSays(() => feed.diff({ puts: [message('M-4', { thread: 'T-7' })] }));
  await act(async () => {});
  expect(item('M-4').textContent).toContain('and one more');
  expect(asked).toEqual([{ messageIds: ['M-4'] }]);
  expect(session.db.get('message', 'M-4')).toBeDefined();
});

test('everything is what a wide page shows first; each place leads to what was said there', async () => {
  const { gone } = await open(null, [...talk, task('T-7', { title: 'Add login' })]);
  expect(shown()).toEqual(['M-1', 'M-2', 'M-3']);
  expect(entry(/# T-7/).textContent).toContain('Add login');
  fireEvent.click(entry(/To all agents/));
  expect(shown()).toEqual(['M-3']);
  fireEvent.click(entry(/^\s*bob/));
  expect(shown()).toEqual(['M-1', 'M-2', 'M-3']);
  expect(gone).toEqual([{ of: 'group', address: 'all' }, withBob]);
});

test('an inbox says how much lies there and for how long; the longest come first', async () => {
  const inboxes = [
    { agentId: 'bob', unread: 4, oldestAt: NOW - 6 * MINUTE },
    { agentId: 'carol', unread: 12, oldestAt: NOW - 20 * MINUTE },
  ];
  await open(withBob, talk, { kept: { inboxes } });
  const section = screen.getByRole('region', { name: 'Inboxes' });
  expect(
    within(section)
      .getAllByRole('link')
      .map((one) => one.textContent),
  ).toEqual([' carol lost20 m 12', ' bob6 m 4', ' alice']);
  expect(screen.getByTestId('inbox-state').textContent).toBe('4 not acknowledged, the oldest for 6 m');
});

test('what is said of reading is what was acknowledged, by name', async () => {
  const { known, hubSays, feed } = await open(EVERYTHING, talk, {
    kept: { bodies: { 'M-1': { body: 'x', unreadBy: ['bob'] }, 'M-3': { body: 'y', unreadBy: ['alice'] } } },
  });
  const readBy = (id: string) => within(item(id)).getByTestId('read-by').textContent;
  expect(readBy('M-1')).toBe('◌ not acknowledged yet: bob');
  expect(readBy('M-2')).toBe('● acknowledged');
  expect(readBy('M-3')).toBe('◌ 1 of 2 agents acknowledged · not yet: alice');
  known.bodies['M-3'] = { body: 'y', unreadBy: [] };
  await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 1 }));
  await hubSays(() => feed.setStatus({ state: 'live' }));
  expect(readBy('M-3')).toBe('● acknowledged by all 2');
});

test('a recipient that is lost is said to be', async () => {
  const toCarol = message('M-9', { to: 'carol', recipients: ['carol'] });
  await open(EVERYTHING, [...fleet, toCarol], { kept: { bodies: { 'M-9': { body: 'x', unreadBy: ['carol'] } } } });
  expect(within(item('M-9')).getByTestId('read-by').textContent).toBe('◌ not acknowledged yet: carol (lost)');
});

test('hostile words stay words: no element, no colours, nothing hidden, long ones folded', async () => {
  const bodies = {
    'M-1': { body: '<img src=x onerror=alert(1)> \u001b[31mred\u001b[0m a\u202eb [x](javascript:alert(1))' },
    'M-2': { body: 'y'.repeat(9_000), data: { html: '<b>' } },
  };
  await open(thread, talk, { kept: { bodies } });
  expect(item('M-1').textContent).toContain('<img src=x onerror=alert(1)> red a‹U+202E›b [x](javascript:alert(1))');
  expect(item('M-1').querySelector('img, b, a[href^="javascript"]')).toBeNull();
  expect(item('M-2').textContent?.length).toBeLessThan(4_400);
  fireEvent.click(within(item('M-2')).getByRole('button', { name: 'Show all 9,000 characters' }));
  expect(item('M-2').textContent?.length).toBeGreaterThan(9_000);
  expect(item('M-2').textContent).toContain('"html": "<b>"');
});

test('a body that cannot be read says why and is asked for again', async () => {
  const { known, feed, hubSays } = await open(thread, fleet);
  await hubSays(() => feed.diff({ puts: [message('M-5', { thread: 'T-7' })] }));
  await act(async () => {});
  expect(item('M-5').textContent).toContain('M-5 could not be read: It is not here any more.');
  known.bodies['M-5'] = { body: 'here' };
  await hubSays(() => fireEvent.click(within(item('M-5')).getByRole('button', { name: 'Retry' })));
  expect(item('M-5').textContent).toContain('here');
});

test('a viewer reads everything and is offered nothing; while the picture stands still nothing is sent', async () => {
  await open(thread, talk, { role: 'viewer' });
  expect(item('M-2').textContent).toContain('body of M-2');
  expect(screen.queryByTestId('reply-box')).toBeNull();
  expect(screen.queryByRole('button', { name: /^Reply/ })).toBeNull();
  cleanup();
  const { feed, hubSays } = await open(thread, talk);
  write('hello');
  await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 1 }));
  expect(screen.getByTestId('reply-send')).toHaveProperty('disabled', true);
});

test.each<[Conversation, string]>([
  [EVERYTHING, 'No message was sent yet.'],
  [thread, 'No message in this thread.'],
  [withBob, 'bob has neither sent nor got a message.'],
  [{ of: 'group', address: 'people' }, 'No agent has written to people.'],
])('%j without a message says what that means', async (conversation, words) => {
  await open(conversation, fleet);
  expect(screen.getByTestId('empty-state').textContent).toContain(words);
});

/** A scroller as high as its messages are many. */
function layOut(): { element: HTMLElement; scroll(top: number): void } {
  const element = screen.getByTestId('conversation').querySelector<HTMLElement>('[data-rows]');
  if (element === null) throw new Error('no scroller');
  Object.defineProperty(element, 'scrollHeight', { configurable: true, get: () => shown().length * 40 });
  Object.defineProperty(element, 'clientHeight', { configurable: true, value: 400 });
  return {
    element,
    scroll: (top) => {
      element.scrollTop = top;
      fireEvent.scroll(element);
    },
  };
}

test('who reads above keeps his place, and what comes is counted until he asks for it', async () => {
  const many = Array.from({ length: 120 }, (_, i) => message(`M-${i + 1}`, { thread: 'T-7' }));
  const { feed, hubSays } = await open(thread, [...fleet, ...many]);
  expect(shown()).toHaveLength(50);
  const { element, scroll } = layOut();
  await hubSays(() => scroll(600));
  const before = [element.scrollTop, shown()[0]];
  await hubSays(() => feed.diff({ puts: [121, 122, 123].map((i) => message(`M-${i}`, { thread: 'T-7' })) }));
  expect(screen.getByTestId('unseen').textContent).toBe('3 new messages ↓');
  expect([element.scrollTop, shown()[0]]).toEqual(before);
  await hubSays(requestApply);
  expect(screen.queryByTestId('unseen'), 'the key for what is new leads to it too').toBeNull();
  expect(element.scrollTop).toBe(50 * 40);
  await hubSays(() => feed.diff({ puts: [message('M-124', { thread: 'T-7' })] }));
  expect(screen.queryByTestId('unseen'), 'at the end one sees what comes').toBeNull();
  expect(shown().at(-1)).toBe('M-124');
});

test('older ones come on top without moving what is read', async () => {
  const many = Array.from({ length: 120 }, (_, i) => message(`M-${i + 1}`, { thread: 'T-7' }));
  const { hubSays } = await open(thread, [...fleet, ...many]);
  const { element, scroll } = layOut();
  await hubSays(() => scroll(0));
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Show older (70)' })));
  expect(shown()).toHaveLength(100);
  expect(shown()[0]).toBe('M-21');
  expect(element.scrollTop).toBe(50 * 40);
});

test('mail that nobody will read any more is named, with a way to read it', async () => {
  const lost = { ...message('M-4', { from: 'alice', to: 'carol' }), deadFor: ['carol'] };
  const { gone } = await open(null, fleet, { kept: { dead: [lost] } });
  const link = within(screen.getByTestId('dead-letters')).getByRole('link');
  expect(link.textContent).toContain('carol never read M-4 of alice');
  fireEvent.click(link);
  expect(gone).toEqual([{ of: 'agent', agentId: 'carol' }]);
});

test('whose mail lies unread for good has not acknowledged everything', async () => {
  const lost = { ...message('M-4', { from: 'alice', to: 'zoe' }), deadFor: ['zoe'] };
  await open({ of: 'agent', agentId: 'zoe' }, fleet, { kept: { dead: [lost] } });
  expect(screen.getByTestId('inbox-state').textContent).toBe('gone for good, and never read 1 message');
});

test('what nobody will read any more can be sent again, to somebody who is here', async () => {
  const lost = message('M-4', { from: 'alice', to: 'zoe', thread: 'T-7' });
  const { feed, hubSays } = await open(null, [...fleet, lost], {
    kept: { dead: [{ ...lost, deadFor: ['zoe'] }], bodies: { 'M-4': { body: 'auth is yours' } } },
  });
  const dead = within(screen.getByTestId('dead-letters'));
  await hubSays(() => fireEvent.click(dead.getByRole('button', { name: 'Send M-4 again, which zoe never read' })));
  const send = dead.getByRole<HTMLButtonElement>('button', { name: 'Send' });
  expect(send.disabled).toBe(true);
  await hubSays(() => fireEvent.change(dead.getByRole('combobox'), { target: { value: 'bob' } }));
  await hubSays(() => fireEvent.click(send));
  expect(feed.sent.filter(({ name }) => name === 'message.send')).toMatchObject([
    {
      input: {
        to: 'bob',
        type: 'note',
        body: 'alice to zoe, never read by zoe:\n\nauth is yours',
        replyTo: 'M-4',
        thread: 'T-7',
      },
    },
  ]);
});

test('a capability that could deceive as an address is shown as what it is, wherever it stands', async () => {
  const to = 'capability:db\u202e';
  const said = message('M-1', { to, recipients: ['alice', 'bob'] });
  await open({ of: 'group', address: to }, [...fleet, said]);
  for (const text of [list().textContent, item('M-1').textContent, box().textContent])
    expect(text).toContain('capability:db‹U+202E›');
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('To capability:db‹U+202E›');
  expect(replySend().title).not.toContain('\u202e');
  cleanup();
  await open(thread, [...fleet, { ...said, thread: 'T-7' }]);
  const choices = within(box()).getAllByRole('option');
  expect(choices.map(({ textContent }) => textContent)).toContain('capability:db‹U+202E›');
});

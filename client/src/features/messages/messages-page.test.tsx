// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VisibleRecord } from '../../hub/record-types.ts';
import { requestApply } from '../../hub/ui-store.ts';
import type { FakeFeed } from '../../testing/fake-feed.ts';
import { agent, message, task } from '../../testing/records.ts';
import { type RenderOptions, renderHub } from '../../testing/render-hub.tsx';
import { type Conversation, keyOf } from './conversation.ts';
import { MessagesPage } from './messages-page.tsx';
import { useReplyDrafts } from './reply-drafts.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
beforeEach(() => useReplyDrafts.setState({ drafts: {}, sending: [] }));
afterEach(cleanup);

/** What the hub answers about bodies, by id, and about inboxes. */
interface Kept {
  bodies: Record<string, { body: string; unreadBy?: string[]; data?: unknown }>;
  inboxes: { agentId: string; unread: number; oldestAt: number }[];
  dead?: object[];
}

const replyFrom =
  (kept: Kept, records: readonly VisibleRecord[]): FakeFeed['reply'] =>
  (name, input) => {
    if (name === 'message.inboxes') return { inboxes: kept.inboxes };
    if (name === 'message.list') return { messages: kept.dead ?? [] };
    if (name !== 'message.get') return undefined;
    const { messageIds } = input as { messageIds: string[] };
    const messages = messageIds.flatMap((id) => {
      const record = records.find((one) => one.kind === 'message' && one.id === id) ?? message(id);
      return kept.bodies[id] === undefined ? [] : [{ ...record, unreadBy: [], ...kept.bodies[id] }];
    });
    return { messages };
  };

/** The page at an address that the test can read. */
function Page({ start, onGo }: { start: Conversation | null; onGo: (to: Conversation | null) => void }) {
  const [current, setCurrent] = useState(start);
  const go = (to: Conversation | null) => {
    onGo(to);
    setCurrent(to);
  };
  return <MessagesPage places={{ current, go, hrefOf: (to) => `/at/${to === null ? '' : keyOf(to)}` }} />;
}

async function open(
  start: Conversation | null,
  records: readonly VisibleRecord[],
  { kept = {}, ...options }: RenderOptions & { kept?: Partial<Kept> } = {},
) {
  const known: Kept = { bodies: {}, inboxes: [], ...kept };
  for (const one of records) if (one.kind === 'message') known.bodies[one.id] ??= { body: `body of ${one.id}` };
  const gone: (Conversation | null)[] = [];
  const page = <Page start={start} onGo={(to) => gone.push(to)} />;
  const hub = await renderHub(page, records, { ...options, reply: replyFrom(known, records) });
  await act(async () => {});
  return { ...hub, known, gone };
}
const shown = () => screen.queryAllByTestId('message').map((one) => one.dataset.entity?.slice('message:'.length));
const item = (id: string) => {
  const found = screen.getAllByTestId('message').find((one) => one.dataset.entity === `message:${id}`);
  if (found === undefined) throw new Error(`no message ${id}`);
  return found;
};
const box = () => screen.getByTestId('reply-box');
const write = (text: string) =>
  fireEvent.change(within(box()).getByRole('textbox', { name: 'Message' }), { target: { value: text } });
const list = () => screen.getByTestId('conversations');
const entry = (name: RegExp) => within(list()).getByRole('link', { name });

const fleet = [agent('alice'), agent('bob'), agent('carol', { state: 'lost' })];
const thread = { of: 'thread', thread: 'T-7' } as const;
const withBob = { of: 'agent', agentId: 'bob' } as const;
const EVERYTHING = { of: 'everything' } as const;
const talk = [
  ...fleet,
  message('M-1', { at: NOW - 3 * MINUTE, thread: 'T-7' }),
  message('M-2', {
    at: NOW - 2 * MINUTE,
    thread: 'T-7',
    from: 'bob',
    to: 'alice',
    recipients: ['alice'],
    replyTo: 'M-1',
  }),
  message('M-3', { at: NOW - MINUTE, from: 'carol', to: 'all', recipients: ['alice', 'bob'], type: 'finding' }),
];

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
  expect(within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value).toBe('on it');
  await hubSays(() => fireEvent.click(screen.getByTestId('reply-send')));
  await hubSays(() => feed.sent.at(-1)?.ok({ seq: 1, messageId: 'M-4', recipients: ['bob'] }));
  expect(within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value).toBe('');
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
  expect(within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value).toBe('');
  fireEvent.click(entry(/^\s*bob/));
  expect(within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value).toBe('for bob');
});

const written = () => within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value;
const replySend = () => screen.getByTestId<HTMLButtonElement>('reply-send');

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

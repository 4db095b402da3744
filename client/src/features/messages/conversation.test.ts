import { describe, expect, test } from 'vitest';
import { message } from '../../testing/records.ts';
import { COORDINATOR, type Conversation, conversationAt, keyOf } from './conversation.ts';
import { answerTo, placeOfReply, targetsIn } from './reply-target.ts';
import { inboxOrder, topicsOf } from './summaries.ts';

const EVERYTHING: Conversation = { of: 'everything' };
const ME = 'human:kim';

test.each<[string | undefined, string | undefined, Conversation | null]>([
  ['T-7', undefined, { of: 'thread', thread: 'T-7' }],
  ['release notes/2', 'alice', { of: 'thread', thread: 'release notes/2' }],
  [undefined, '*', EVERYTHING],
  [undefined, 'all', { of: 'group', address: 'all' }],
  [undefined, 'role:qa', { of: 'group', address: 'role:qa' }],
  [undefined, 'role:coordinator', COORDINATOR],
  [undefined, 'alice', { of: 'agent', agentId: 'alice' }],
  [undefined, undefined, null],
])('thread %s, with %s is %j', (thread, address, conversation) => {
  expect(conversationAt(thread, address)).toEqual(conversation);
});

test('two conversations never share a draft, whatever their names', () => {
  const some: Conversation[] = [
    EVERYTHING,
    { of: 'thread', thread: 'alice' },
    { of: 'agent', agentId: 'alice' },
    { of: 'thread', thread: '*' },
    { of: 'group', address: 'all' },
    { of: 'thread', thread: 'all' },
  ];
  expect(new Set(some.map(keyOf)).size).toBe(some.length);
});

describe('whom a reply is for', () => {
  const talk = [
    message('M-4', { from: ME, to: 'bob' }),
    message('M-3', { from: 'carol', to: 'role:qa' }),
    message('M-2', { from: 'bob', to: 'people' }),
    message('M-1', { from: 'carol', to: 'hub-x' }),
  ];

  test('in a thread: who wrote, the last one first, then where it went; never oneself, never people', () => {
    expect(targetsIn({ of: 'thread', thread: 't' }, talk, ME)).toEqual(['carol', 'bob', 'role:qa', 'hub-x']);
  });

  test.each<[Conversation, readonly string[]]>([
    [{ of: 'agent', agentId: 'bob' }, ['bob']],
    [{ of: 'group', address: 'role:qa' }, ['role:qa']],
    [{ of: 'group', address: 'people' }, []],
    [EVERYTHING, []],
  ])('in %j: %j', (conversation, targets) => {
    expect(targetsIn(conversation, talk, ME)).toEqual(targets);
  });

  test.each([
    [message('M-1', { from: 'alice', to: 'people', recipients: [] }), { of: 'agent', agentId: 'alice' }, 'alice'],
    [message('M-1', { from: 'alice', thread: 'T-7' }), { of: 'thread', thread: 'T-7' }, 'alice'],
    [message('M-1', { from: ME, to: 'bob' }), { of: 'agent', agentId: 'bob' }, 'bob'],
    [message('M-1', { from: 'human:ann', to: 'all' }), { of: 'group', address: 'all' }, 'all'],
  ])('the answer to %j stands in its own conversation', (one, place, to) => {
    expect(placeOfReply(one)).toEqual(place);
    expect(answerTo(one)).toBe(to);
  });
});

test('topics: threads by their last message, roles by name; everybody, the people and the coordinator have their own places', () => {
  const topics = topicsOf([
    message('M-1', { thread: 'old', at: 1 }),
    message('M-2', { thread: 'new', at: 5 }),
    message('M-3', { thread: 'old', at: 3, to: 'role:b' }),
    message('M-4', { to: 'all', at: 9 }),
    message('M-5', { to: 'capability:a', at: 9 }),
    message('M-6', { to: 'role:coordinator', at: 9 }),
  ]);
  expect(topics.threads).toEqual([
    { name: 'new', count: 1, lastAt: 5 },
    { name: 'old', count: 2, lastAt: 3 },
  ]);
  expect(topics.groups.map(({ name }) => name)).toEqual(['capability:a', 'role:b']);
});

test('inboxes stand by name; those in which mail lies come first, the longest before', () => {
  const unread = new Map([
    ['bob', { unread: 1, oldestAt: 100_000 }],
    ['dave', { unread: 3, oldestAt: 40_000 }],
    ['carol', { unread: 9, oldestAt: 195_000 }],
  ]);
  expect(inboxOrder(['alice', 'bob', 'carol', 'dave'], unread, 200_000)).toEqual(['dave', 'bob', 'alice', 'carol']);
});

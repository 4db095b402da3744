import { z } from 'zod';
import { command, listInput, next, nothing, readInput } from '../command.ts';
import { agentId, messageId } from '../ids.ts';
import { MESSAGE_BODY_MAX_BYTES } from '../limits.ts';
import { at } from '../records/base.ts';
import { messageRecord } from '../records/message.ts';
import { json, line, text } from '../text.ts';

const sent = [
  { as: 'alice', command: 'message.send', input: { to: 'bob', type: 'note', body: 'auth is yours' } },
] as const;
export const address = z.string().min(1).max(80);

export const messageSend = command({
  name: 'message.send',
  summary:
    'Send to an agent id, `role:NAME`, `capability:NAME`, `all` or `people`. It waits in the inbox until acknowledged.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({
    to: address,
    type: line(40),
    body: text(MESSAGE_BODY_MAX_BYTES),
    data: json(MESSAGE_BODY_MAX_BYTES).optional(),
    thread: line(80).optional(),
    replyTo: messageId.optional(),
  }),
  output: z.object({ messageId, recipients: z.array(z.string()), skipped: z.array(z.string()).optional() }),
  examples: [
    {
      as: 'alice',
      input: { to: 'bob', type: 'finding', body: 'tests/db.ts is flaky' },
      output: { messageId: 'M-1', recipients: ['bob'] },
    },
    {
      as: 'bob',
      input: { to: 'role:speed_developer', type: 'note', body: 'main is green' },
      output: { recipients: ['alice'] },
    },
  ],
});

export const messageAck = command({
  name: 'message.ack',
  summary: 'Acknowledge messages; until then they come again.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ messageIds: z.array(messageId).min(1).max(1_000) }),
  output: nothing,
  examples: [{ before: sent, as: 'bob', input: { messageIds: ['M-1'] }, output: {} }],
});

export const messageInbox = command({
  name: 'message.inbox',
  summary: 'Read your unacknowledged messages, oldest first.',
  access: 'member',
  identity: 'agent',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput }),
  output: z.object({ messages: z.array(messageRecord), next }),
  examples: [
    { before: sent, as: 'bob', input: {}, output: { messages: [{ id: 'M-1', from: 'alice', body: 'auth is yours' }] } },
  ],
});

export const messageThread = command({
  name: 'message.thread',
  summary: 'Read a thread with its bodies, oldest first.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ thread: line(80), ...listInput, ...readInput }),
  output: z.object({ messages: z.array(messageRecord), next }),
  examples: [
    {
      before: [
        { as: 'alice', command: 'message.send', input: { to: 'bob', type: 'note', body: 'hello', thread: 'T-7' } },
      ],
      as: 'human',
      input: { thread: 'T-7' },
      output: { messages: [{ id: 'M-1', thread: 'T-7', body: 'hello' }] },
    },
  ],
});

/** With 16 KB of text and 16 KB of data each, they fill most of a frame. */
const MESSAGES_AT_ONCE = 50;

export const messageGet = command({
  name: 'message.get',
  summary:
    'Read messages with their bodies and who has not acknowledged them yet. Those that are gone are left out of the answer.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ messageIds: z.array(messageId).min(1).max(MESSAGES_AT_ONCE), ...readInput }),
  output: z.object({ messages: z.array(messageRecord.extend({ unreadBy: z.array(z.string()) })) }),
  examples: [
    {
      before: sent,
      as: 'human',
      input: { messageIds: ['M-1'] },
      output: { messages: [{ id: 'M-1', from: 'alice', body: 'auth is yours', unreadBy: ['bob'] }] },
    },
    {
      before: [...sent, { as: 'bob', command: 'message.ack', input: { messageIds: ['M-1'] } }],
      as: 'human',
      input: { messageIds: ['M-1', 'M-7'] },
      output: { messages: [{ id: 'M-1', unreadBy: [] }] },
    },
  ],
});

export const messageInboxes = command({
  name: 'message.inboxes',
  summary: 'List the agents with unacknowledged messages: how many, and since when the oldest one waits.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput }),
  output: z.object({
    inboxes: z.array(z.object({ agentId, unread: z.int(), oldestAt: at })),
    next,
  }),
  examples: [
    { before: sent, as: 'human', input: {}, output: { inboxes: [{ agentId: 'bob', unread: 1 }] } },
    {
      before: [...sent, { as: 'bob', command: 'message.ack', input: { messageIds: ['M-1'] } }],
      as: 'human',
      input: {},
      output: { inboxes: [] },
    },
  ],
});

export const messageList = command({
  name: 'message.list',
  summary:
    'List messages, without their bodies. `dead`: a recipient left a day ago or longer and has not read it; `deadFor` says who.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput, state: z.enum(['unread', 'read', 'dead']).optional() }),
  output: z.object({
    messages: z.array(messageRecord.extend({ deadFor: z.array(z.string()).optional() })),
    next,
  }),
  examples: [
    { before: sent, as: 'human', input: { state: 'unread' }, output: { messages: [{ id: 'M-1', to: 'bob' }] } },
    { before: sent, as: 'human', input: { state: 'dead' }, output: { messages: [] } },
  ],
});

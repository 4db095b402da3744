import { act, fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import type { VisibleRecord } from '../../hub/record-types.ts';
import type { FakeFeed } from '../../testing/fake-feed.ts';
import { agent, message } from '../../testing/records.ts';
import { type RenderOptions, renderHub } from '../../testing/render-hub.tsx';
import { type Conversation, keyOf } from './conversation.ts';
import { MessagesPage } from './messages-page.tsx';

export const NOW = 1_700_000_000_000;
export const MINUTE = 60_000;

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

/** The page at a conversation, and everything that was gone to from there. */
export async function open(
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
export const shown = () =>
  screen.queryAllByTestId('message').map((one) => one.dataset.entity?.slice('message:'.length));
export const item = (id: string) => {
  const found = screen.getAllByTestId('message').find((one) => one.dataset.entity === `message:${id}`);
  if (found === undefined) throw new Error(`no message ${id}`);
  return found;
};
export const box = () => screen.getByTestId('reply-box');
export const write = (text: string) =>
  fireEvent.change(within(box()).getByRole('textbox', { name: 'Message' }), { target: { value: text } });
export const written = () => within(box()).getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' }).value;
export const replySend = () => screen.getByTestId<HTMLButtonElement>('reply-send');
export const list = () => screen.getByTestId('conversations');
export const entry = (name: RegExp) => within(list()).getByRole('link', { name });

export const fleet = [agent('alice'), agent('bob'), agent('carol', { state: 'lost' })];
export const thread = { of: 'thread', thread: 'T-7' } as const;
export const withBob = { of: 'agent', agentId: 'bob' } as const;
export const EVERYTHING = { of: 'everything' } as const;
export const talk = [
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

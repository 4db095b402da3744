import { COORDINATOR_ADDRESS, COORDINATOR_THREAD, isGroupAddress } from '../../hub/address.ts';
import type { IndexName } from '../../hub/indexes.ts';
import { visibleText } from '../../hub/visible-text.ts';

/**
 * What is read together: everything, a thread, what was written to a group, or what one agent wrote and got. In the
 * address: `/messages/THREAD`, `?with=role:x`, `?with=alice`.
 */
export type Conversation =
  | { of: 'everything' }
  | { of: 'thread'; thread: string }
  | { of: 'group'; address: string }
  | { of: 'agent'; agentId: string };

export const COORDINATOR: Conversation = { of: 'thread', thread: COORDINATOR_THREAD };
export const isCoordinator = (conversation: Conversation): boolean =>
  conversation.of === 'thread' && conversation.thread === COORDINATOR_THREAD;

export const EVERYTHING: Conversation = { of: 'everything' };
/** `?with=` of everything: no agent has this id. Left out, a phone shows the list of conversations. */
export const WITH_EVERYTHING = '*';

export function conversationAt(thread: string | undefined, address: string | undefined): Conversation | null {
  if (thread !== undefined) return { of: 'thread', thread };
  if (address === undefined) return null;
  if (address === WITH_EVERYTHING) return EVERYTHING;
  if (address === COORDINATOR_ADDRESS) return COORDINATOR;
  return isGroupAddress(address) ? { of: 'group', address } : { of: 'agent', agentId: address };
}

/** The same for equal conversations, and only for these. */
export function keyOf(conversation: Conversation): string {
  switch (conversation.of) {
    case 'everything':
      return WITH_EVERYTHING;
    case 'thread':
      return `#${conversation.thread}`;
    case 'group':
      return conversation.address;
    case 'agent':
      return conversation.agentId;
  }
}

export function indexOf(conversation: Conversation): IndexName {
  switch (conversation.of) {
    case 'everything':
      return 'message';
    case 'thread':
      return `message.thread:${conversation.thread}`;
    case 'group':
      return `message.group:${conversation.address}`;
    case 'agent':
      return `message.agent:${conversation.agentId}`;
  }
}

const FIXED: Record<string, string> = { all: 'To all agents', people: 'To people' };
export const groupWords = (address: string): string => FIXED[address] ?? `To ${visibleText(address)}`;

/** Who wrote, as people call him: `human:kim` is kim. */
export const personOf = (actor: string): string | null => (actor.startsWith('human:') ? actor.slice(6) : null);

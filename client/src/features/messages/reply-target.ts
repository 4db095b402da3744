import type { MessageRecord } from '@signalbox/shared/records/message';
import { COORDINATOR_ADDRESS, isGroupAddress } from '../../hub/address.ts';
import { type Conversation, isCoordinator } from './conversation.ts';

/** Whom a reply can go to; the first is meant unless another is chosen. */
export type Targets = readonly string[];

const NAMED = 20;

/**
 * In a thread: who wrote there, the last one first, and the groups it went to; with the coordinator, the role. To an agent or a group: that one. What is
 * read together only, everything and what people got, is answered message by message.
 */
export function targetsIn(conversation: Conversation, newestFirst: readonly MessageRecord[], me: string): Targets {
  switch (conversation.of) {
    case 'agent':
      return [conversation.agentId];
    case 'group':
      return isMixed(conversation) ? [] : [conversation.address];
    case 'thread': {
      const wrote = newestFirst.map(({ from }) => from);
      const got = newestFirst.map(({ to }) => to);
      const first = isCoordinator(conversation) ? [COORDINATOR_ADDRESS] : [];
      const all = [...first, ...wrote, ...got].filter((actor) => actor !== me && canGet(actor));
      return [...new Set(all)].slice(0, NAMED);
    }
    case 'everything':
      return [];
  }
}

/** Read together, but said by many to many: answered message by message. */
export const isMixed = (conversation: Conversation): boolean =>
  conversation.of === 'everything' || (conversation.of === 'group' && conversation.address === 'people');

/** People and the hub itself have no inbox. */
const canGet = (actor: string): boolean => !actor.startsWith('human:') && actor !== 'hub' && actor !== 'people';

/** Where a message is answered: in its thread, else with who wrote it. */
export function placeOfReply({ thread, from, to }: MessageRecord): Conversation {
  if (thread !== undefined) return { of: 'thread', thread };
  if (canGet(from)) return { of: 'agent', agentId: from };
  return isGroupAddress(to) ? { of: 'group', address: to } : { of: 'agent', agentId: to };
}

/** Whom the answer to a message is for: who wrote it, or whom he wrote to when that was a person. */
export const answerTo = ({ from, to }: MessageRecord): string => (canGet(from) ? from : to);

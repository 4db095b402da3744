import { numberOf } from '@signalbox/shared/ids';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { DAY_MS } from '@signalbox/shared/time';
import type { View } from '../domain/view.ts';

/** The recipients who have not acknowledged it. */
export function unreadBy(view: View, message: MessageRecord): string[] {
  const number = numberOf(message.id);
  return message.recipients.filter((agentId) => {
    const inbox = view.get('inbox', agentId);
    return inbox === undefined || (number > inbox.cursor && !inbox.acked.includes(number));
  });
}

/** Of those, who left a day ago or longer and has not come back: they will hardly read it any more. */
export const deadFor = (view: View, message: MessageRecord, at: number): string[] =>
  unreadBy(view, message).filter((agentId) => {
    const agent = view.get('agent', agentId);
    return agent === undefined || (agent.presence === 'left' && at - agent.stateAt >= DAY_MS);
  });

export type MessageState = 'unread' | 'read' | 'dead';

/** Of many recipients some may have left for good while others still have it to read: then it is both. */
export function isInState(view: View, message: MessageRecord, state: MessageState, at: number): boolean {
  const unread = unreadBy(view, message).length;
  if (state === 'read') return unread === 0;
  const dead = unread === 0 ? 0 : deadFor(view, message, at).length;
  return state === 'dead' ? dead > 0 : unread > dead;
}

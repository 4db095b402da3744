import { isRefusal, refuse } from '@signalbox/shared/errors';
import { numberOf } from '@signalbox/shared/ids';
import { INBOX_MAX_ACKED_AHEAD, INBOX_MAX_MESSAGES } from '@signalbox/shared/limits';
import type { Context, DecisionOf } from './decision.ts';
import { callingAgent } from './fence.ts';
import { nextId } from './numbers.ts';
import { resolveAddress } from './recipients.ts';
import type { Draft } from './view.ts';

export const decideSend: DecisionOf<'message.send'> = (draft, input, context) => {
  const recipients = resolveAddress(draft, input.to, context.actor);
  if (isRefusal(recipients)) return recipients;
  if (input.to === COORDINATOR && recipients.ids.length === 0) return noCoordinator();
  const full = recipients.ids.filter((id) => isFull(draft, id));
  if (recipients.direct && full.length > 0)
    return refuse(
      'INBOX_FULL',
      `${input.to} has ${draft.unackedCount(input.to)} unacknowledged messages; wait until it has read some.`,
      { retryAfterMs: 10_000 },
    );
  const reached = recipients.ids.filter((id) => !full.includes(id));
  const id = nextId(draft, 'M');
  const body = draft.put({ kind: 'body', id, text: input.body, data: input.data });
  draft.put({
    kind: 'message',
    id,
    from: context.actor,
    to: input.to,
    recipients: reached,
    type: input.type,
    // An answer belongs where the question stands, whether its author thought of that or not.
    thread: input.thread ?? threadOf(draft, input, context),
    replyTo: input.replyTo,
    at: context.at,
    bodies: { body: body.id },
  });
  return { messageId: id, recipients: reached, ...(full.length > 0 && { skipped: full }) };
};

function threadOf(draft: Draft, { to, replyTo }: { to: string; replyTo?: string | undefined }, context: Context) {
  if (replyTo !== undefined) return draft.get('message', replyTo)?.thread;
  // What people and the coordinator say to each other is one conversation, whichever way it was begun.
  return to === COORDINATOR && context.caller.kind === 'person' ? COORDINATOR_THREAD : undefined;
}

const COORDINATOR = 'role:coordinator';
const COORDINATOR_THREAD = 'coordinator';

/** Any other group may be empty; who writes to the coordinator wants something done, and nobody would ever do it. */
const noCoordinator = () =>
  refuse(
    'NOT_FOUND',
    'to: no agent of the role coordinator is here to read it. Create a task that says what you want with task.create, or register a coordinator.',
    { details: { field: 'to', offer: 'task.create' } },
  );

/**
 * Full of unread messages, or with one left lying while many after it were acknowledged: those are remembered one by
 * one, which must not go on for ever.
 */
const isFull = (draft: Draft, agentId: string): boolean =>
  (draft.get('inbox', agentId)?.acked.length ?? 0) >= INBOX_MAX_ACKED_AHEAD ||
  draft.unackedCount(agentId) >= INBOX_MAX_MESSAGES;

export const decideAck: DecisionOf<'message.ack'> = (draft, { messageIds }, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const strange = messageIds.find((id) => draft.get('message', id)?.recipients.includes(agent.id) === false);
  if (strange !== undefined)
    return refuse('FORBIDDEN', `messageIds: ${strange} was not sent to you.`, { details: { field: 'messageIds' } });
  const inbox = draft.get('inbox', agent.id);
  const now = new Set(messageIds.map(numberOf));
  const unacked = draft.unackedOf(agent.id).map((message) => numberOf(message.id));
  const left = unacked.filter((number) => !now.has(number));
  if (left.length === unacked.length) return {};
  // Everything before the oldest one left is acknowledged; what was acknowledged above it is remembered one by one.
  const cursor = (left[0] ?? (draft.get('counter', 'M')?.last ?? 0) + 1) - 1;
  const acked = [...(inbox?.acked ?? []), ...unacked.filter((number) => now.has(number))].filter(
    (number) => number > cursor,
  );
  draft.put({ kind: 'inbox', id: agent.id, cursor, acked });
  return {};
};

import { isRefusal, refuse } from '@signalbox/shared/errors';
import {
  type DirectiveRecord,
  RECEIPT_STATES,
  type ReceiptRecord,
  type ReceiptState,
} from '@signalbox/shared/records/directive';
import { CLOCK_MARGIN_MS, DIRECTIVE_EXPIRES_MS } from '@signalbox/shared/time';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import type { Context, Decision, DecisionOf } from './decision.ts';
import { checkOrder, checkRecipients, obeyAtHub } from './directive-actions.ts';
import { callingAgent } from './fence.ts';
import { nextId } from './numbers.ts';
import { isAboutAgents } from './orders-under-way.ts';
import { resolveAddress } from './recipients.ts';
import type { Draft } from './view.ts';

/** Recipients named one by one are shown as such up to this many. */
const NAMES_SHOWN = 5;

export const decideDirective: DecisionOf<'directive.send'> = (draft, input, context) => {
  const senseless = checkOrder(draft, input);
  if (senseless !== undefined) return senseless;
  const ids = recipientsOf(draft, input.to, context);
  if (isRefusal(ids)) return ids;
  const misdirected = checkRecipients(draft, input, ids);
  if (misdirected !== undefined) return misdirected;
  const id = nextId(draft, 'D');
  draft.put({
    kind: 'directive',
    id,
    from: context.actor,
    to: nameOf(input.to),
    action: input.action,
    mode: input.mode ?? 'steer',
    body: input.body,
    taskId: input.taskId,
    options: input.options,
    ackByClock: input.ackByMs === undefined ? undefined : context.clock + input.ackByMs + CLOCK_MARGIN_MS,
    expiresClock: context.clock + (input.expiresMs ?? DIRECTIVE_EXPIRES_MS) + CLOCK_MARGIN_MS,
    expired: false,
    obeyClock: isAboutAgents(input.action) ? context.clock : undefined,
    at: context.at,
    counts: { queued: ids.length },
  });
  for (const agentId of ids)
    draft.put({
      kind: 'receipt',
      id: `${id}:${agentId}`,
      directiveId: id,
      agentId,
      state: 'queued',
      at: context.at,
      times: { queued: context.at },
    });
  return obeyAtHub(draft, { id, order: input, ids }, context) ?? { directiveId: id, recipients: ids };
};

function recipientsOf(draft: Draft, to: string | string[], context: Context) {
  if (typeof to !== 'string') {
    const ids = [...new Set(to)];
    const missing = ids.find((id) => (draft.get('agent', id)?.state ?? 'left') === 'left');
    return missing === undefined
      ? ids
      : refuse('NOT_FOUND', `to: there is no agent ${missing} in this project.`, { details: { field: 'to' } });
  }
  if (to === 'people')
    return refuse('BAD_INPUT', 'to: a directive goes to agents; send people a message.', { details: { field: 'to' } });
  const recipients = resolveAddress(draft, to, context.actor);
  if (isRefusal(recipients)) return recipients;
  if (recipients.ids.length === 0)
    return refuse('NOT_FOUND', `to: nobody answers to ${to} at the moment.`, { details: { field: 'to' } });
  return recipients.ids;
}

const nameOf = (to: string | string[]): string =>
  typeof to === 'string' ? to : to.length <= NAMES_SHOWN ? to.join(', ') : `${to.length} agents`;

const rank = (state: ReceiptState): number => RECEIPT_STATES.indexOf(state);
const isFinal = (state: ReceiptState): boolean =>
  state === 'done' || state === 'failed' || state === 'declined' || state === 'expired';

export const decideReceipt: DecisionOf<'directive.receipt'> = (draft, input, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const directive = draft.get('directive', input.directiveId);
  if (directive === undefined) return refuse('NOT_FOUND', `There is no directive ${input.directiveId}.`);
  const receipt = draft.get('receipt', `${input.directiveId}:${agent.id}`);
  if (receipt === undefined) return refuse('FORBIDDEN', `${input.directiveId} was not sent to you.`);
  if (receipt.state === 'expired') return refuse('EXPIRED', `${input.directiveId} has expired; do not act on it.`);
  if (isFinal(receipt.state))
    return refuse('INVALID_STATE', `Your receipt for ${input.directiveId} is ${receipt.state} already.`);
  if (rank(input.state) <= rank(receipt.state)) return { receipt };
  const { state, turnId = receipt.turnId, note = receipt.note } = input;
  return { receipt: moveReceipt(draft, directive, { ...receipt, turnId, note }, state, context) };
};

/** Internal: the recipient's process has confirmed the frame. Nothing else counts as delivered. */
export const decideDelivered: Decision<{ directiveId: string; agentId: string }, Record<string, never>> = (
  draft,
  { directiveId, agentId },
  context,
) => {
  const directive = draft.get('directive', directiveId);
  const receipt = draft.get('receipt', `${directiveId}:${agentId}`);
  if (directive !== undefined && receipt?.state === 'queued')
    moveReceipt(draft, directive, receipt, 'delivered', context);
  return {};
};

/** Puts the receipt in its new state, and the counts of the directive right. */
export function moveReceipt(
  draft: Draft,
  directive: DirectiveRecord,
  receipt: ReceiptRecord,
  state: ReceiptState,
  context: Context,
): ReceiptRecord {
  const current = draft.get('directive', directive.id) ?? directive;
  const counts = { ...current.counts };
  const before = (counts[receipt.state] ?? 0) - 1;
  if (before > 0) counts[receipt.state] = before;
  else delete counts[receipt.state];
  counts[state] = (counts[state] ?? 0) + 1;
  draft.put({ ...current, counts });
  if (current.ackByPassed === true && !isUnsettled(counts)) clearAlarm(draft, 'ACK_LATE', current.id);
  return draft.put({ ...receipt, state, at: context.at, times: { ...receipt.times, [state]: context.at } });
}

/** Somebody has not said yet that it will, will not, or has. */
const isUnsettled = (counts: DirectiveRecord['counts']): boolean => UNSETTLED.some((state) => (counts[state] ?? 0) > 0);
const UNSETTLED = ['queued', 'delivered', 'read'] as const;

/** Its time to be acknowledged is over; it can be still. */
export function ackByPassed(draft: Draft, directive: DirectiveRecord, context: Context): void {
  draft.put({ ...directive, ackByPassed: true });
  if (!isUnsettled(directive.counts)) return;
  const silent = draft.receiptsOf(directive.id).filter(({ state }) => rank(state) < rank('acknowledged'));
  const names = silent.slice(0, NAMES_SHOWN).map(({ agentId }) => agentId);
  const more = silent.length > names.length ? ` and ${silent.length - names.length} more` : '';
  raiseAlarm(draft, context, {
    code: 'ACK_LATE',
    subject: { kind: 'directive', id: directive.id },
    summary: `${names.join(', ')}${more} did not acknowledge ${directive.id} in time`,
  });
}

/** Its time is over: whoever has not acted on it must not any more. */
export function expireDirective(draft: Draft, directive: DirectiveRecord, context: Context): void {
  draft.put({ ...directive, expired: true });
  for (const receipt of draft.receiptsOf(directive.id))
    if (rank(receipt.state) < rank('acknowledged')) moveReceipt(draft, directive, receipt, 'expired', context);
}

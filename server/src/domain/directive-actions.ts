import type { ParsedInput } from '@signalbox/shared/commands';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { Context } from './decision.ts';
import { isAboutAgents, obeyNext } from './orders-under-way.ts';
import { decideAssign, decideCancel } from './tasks.ts';
import type { Draft } from './view.ts';

type Order = ParsedInput<'directive.send'>;
type Action = Order['action'];

const ABOUT_A_TASK: ReadonlySet<Action> = new Set(['assign', 'cancel']);

const wrong = (field: keyof Order, what: string): Refusal =>
  refuse('BAD_INPUT', `${field}: ${what}`, { details: { field } });

/** What makes no sense, whoever it is sent to. */
export function checkOrder(draft: Draft, { action, body, taskId, options, ackByMs, expiresMs }: Order) {
  if ((action === 'say' || action === 'ask') && body === undefined) return wrong('body', `${action} needs a text.`);
  if (options !== undefined && action !== 'ask') return wrong('options', 'only an ask has answers to choose from.');
  if (ABOUT_A_TASK.has(action) && taskId === undefined) return wrong('taskId', `${action} needs the task it is about.`);
  if (isAboutAgents(action) && taskId !== undefined)
    return wrong('taskId', `${action} is about agents, not about one task; leave it out.`);
  if (taskId !== undefined && draft.get('task', taskId) === undefined)
    return wrong('taskId', `there is no task ${taskId}.`);
  if (ackByMs !== undefined && expiresMs !== undefined && ackByMs > expiresMs)
    return wrong('ackByMs', 'the order expires before it has to be acknowledged.');
  return undefined;
}

/** What makes no sense to these agents. */
export function checkRecipients(draft: Draft, { action, taskId }: Order, ids: readonly string[]): Refusal | undefined {
  if (action === 'assign' && ids.length !== 1)
    return wrong('to', `a task is given to one agent; this means ${ids.length}.`);
  const task = taskId === undefined ? undefined : draft.get('task', taskId);
  if (action === 'cancel' && task !== undefined && task.assignee !== null && !ids.includes(task.assignee))
    return wrong('to', `${task.id} is with ${task.assignee}; whoever works on it has to be told.`);
  if (action !== 'checkpoint' || taskId === undefined) return undefined;
  if (task?.status !== 'in_progress' || task.assignee === null)
    return wrong('taskId', `nobody is at work on ${taskId}, so there is nothing to save.`);
  return ids.length === 1 && ids[0] === task.assignee
    ? undefined
    : wrong('to', `${taskId} is with ${task.assignee}; only it can save a checkpoint of it.`);
}

interface Sent {
  id: string;
  order: Order;
  ids: readonly string[];
}

/** What the hub itself does about an order, in the same transaction; the rest is for the agents. */
export function obeyAtHub(draft: Draft, { id, order, ids }: Sent, context: Context): Refusal | undefined {
  const { action, taskId, body } = order;
  const [first] = ids;
  if (action === 'assign' && taskId !== undefined && first !== undefined)
    return refusalOf(decideAssign(draft, { taskId, agentId: first }, context));
  if (action === 'cancel' && taskId !== undefined)
    return refusalOf(
      decideCancel(draft, { taskId, reason: (body ?? `Cancelled by ${id}.`).slice(0, REASON_MAX) }, context),
    );
  obeyNext(draft, id, context);
  return undefined;
}

/** As long as the reason of `task.cancel` may be. */
const REASON_MAX = 2_000;

const refusalOf = (reply: object): Refusal | undefined => (isRefusal(reply) ? reply : undefined);

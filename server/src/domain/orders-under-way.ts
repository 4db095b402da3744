import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { DirectiveRecord } from '@signalbox/shared/records/directive';
import type { Context } from './decision.ts';
import { Load } from './load.ts';
import { endAttempt, gate } from './task-state.ts';
import type { Draft, View } from './view.ts';

type Flags = Pick<AgentRecord, 'paused'> | { draining: AgentRecord['draining'] };
/** What an order about an agent as a whole, whatever it works on, makes of it. */
const FLAGS: { [A in DirectiveRecord['action']]?: Flags } = {
  pause: { paused: true },
  drain: { draining: true },
  resume: { paused: false, draining: undefined },
};

export const isAboutAgents = (action: DirectiveRecord['action']): boolean => FLAGS[action] !== undefined;

/**
 * Sets the flags of as many recipients as go into one transaction. Orders reach agents in the order they were given: one
 * that has an older one before it has its turn later.
 */
export function obeyNext(draft: Draft, directiveId: string, context: Context): void {
  const [order] = draft.ordersUnderWay();
  if (order?.id !== directiveId) return;
  const load = new Load();
  for (const { agentId } of draft.receiptsOf(directiveId)) {
    const agent = draft.get('agent', agentId);
    if (agent === undefined || agent.presence === 'left') continue;
    const ordered = { ...agent, ...FLAGS[order.action] };
    if (ordered.paused === agent.paused && ordered.draining === agent.draining) continue;
    if (load.isFull) {
      draft.put({ ...order, obeyClock: context.clock });
      return;
    }
    if (order.action === 'drain') takeBack(draft, { agentId, load }, context);
    load.add(draft.put(ordered));
  }
  draft.put({ ...order, obeyClock: undefined });
}

/** What a draining agent was given and has not started goes to somebody else at once: it will not take it any more. */
function takeBack(draft: Draft, { agentId, load }: { agentId: string; load: Load }, context: Context): void {
  for (const task of draft.tasksOf(agentId))
    if (task.status === 'pending')
      load.add(draft.put(gate(draft, { ...endAttempt(draft, task, 'reassigned', context), assignee: null })));
}

/** The agent as it is when every order on its way has reached it. */
export function asOrdered(view: View, agent: AgentRecord): AgentRecord {
  let ordered = agent;
  for (const { id, action } of view.ordersUnderWay())
    if (view.get('receipt', `${id}:${agent.id}`) !== undefined) ordered = { ...ordered, ...FLAGS[action] };
  return ordered;
}

/** Is somebody to be held back who may not be yet? Until it is, nobody is given anything. */
export const isHoldingBack = (view: View): boolean => view.ordersUnderWay().some(({ action }) => action !== 'resume');

import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Caller, Context } from './decision.ts';
import type { Draft, View } from './view.ts';

/**
 * First check of every decision: an agent writes only through the connection that stands in its record. It fences
 * zombie connections on any node, since the append of a node with a stale view conflicts.
 */
export function checkConnection(view: View, caller: Caller): Refusal | undefined {
  if (caller.kind !== 'agent') return undefined;
  const agent = view.get('agent', caller.agentId);
  if (agent === undefined || agent.state === 'left')
    return refuse('SUPERSEDED', `${caller.agentId} is not registered any more; register again.`);
  if (agent.connection === caller.connection) return undefined;
  return refuse(
    'SUPERSEDED',
    `A newer connection of ${caller.agentId} has taken over; this one can do nothing any more.`,
    {
      details: { connection: agent.connection },
    },
  );
}

/** The agent that calls, or a refusal for people: they would have to register as an agent first. */
export function callingAgent(draft: Draft, context: Context) {
  const agent = context.caller.kind === 'agent' ? draft.get('agent', context.caller.agentId) : undefined;
  return (
    agent ??
    refuse('BAD_INPUT', 'Only a registered agent can do this; call agent.register first and send its connection.')
  );
}

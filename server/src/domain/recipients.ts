import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { View } from './view.ts';

export interface Recipients {
  ids: string[];
  /** One agent named by its id, not a group. */
  direct: boolean;
}

/** Whom an address means now. Groups leave the sender out; agents that left are not reached. */
export function resolveAddress(view: View, address: string, sender: string): Recipients | Refusal {
  // Asked for by groups only: most messages go to one agent, however many there are.
  const others = () => view.presentAgents().filter((agent) => agent.id !== sender);
  const group = (ids: string[]): Recipients => ({ ids, direct: false });
  if (/^(role|capability):$/.test(address))
    return refuse('BAD_INPUT', `to: name the ${address.slice(0, -1)} behind the colon.`, { details: { field: 'to' } });
  if (address === 'people') return group([]);
  if (address === 'all') return group(others().map((agent) => agent.id));
  if (address.startsWith('role:'))
    return group(
      others()
        .filter((agent) => `role:${agent.role}` === address)
        .map((agent) => agent.id),
    );
  if (address.startsWith('capability:'))
    return group(
      others()
        .filter((agent) => agent.capabilities.includes(address.slice('capability:'.length)))
        .map((agent) => agent.id),
    );
  const agent = view.get('agent', address);
  if (agent !== undefined && agent.state !== 'left') return { ids: [agent.id], direct: true };
  return refuse(
    'NOT_FOUND',
    `to: there is no agent ${address}; an address is an agent id, role:NAME, capability:NAME, all or people.`,
    { details: { field: 'to' } },
  );
}

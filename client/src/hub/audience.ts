import type { AgentRecord } from '@signalbox/shared/records/agent';
import { CAPABILITY, ROLE } from './address.ts';
import type { EntityDb } from './entity-db.ts';
import { naturalOrder } from './natural-order.ts';

/** Whom the chips mean at this moment. */
export interface Audience {
  ids: readonly string[];
  lost: readonly string[];
  /** Chips that mean nobody. */
  empty: readonly string[];
}

/** From this many recipients on, a person confirms the number. */
export const CONFIRM_FROM = 10;

function meant(token: string, agents: readonly AgentRecord[]): readonly AgentRecord[] {
  if (token === 'all') return agents;
  if (token.startsWith(ROLE)) return agents.filter(({ role }) => role === token.slice(ROLE.length));
  if (token.startsWith(CAPABILITY))
    return agents.filter(({ capabilities }) => capabilities.includes(token.slice(CAPABILITY.length)));
  return agents.filter(({ id }) => id === token);
}

const agentsHere = (db: EntityDb): AgentRecord[] => db.ids('agent.here:yes').flatMap((id) => db.get('agent', id) ?? []);

export function resolveAudience(db: EntityDb, tokens: readonly string[]): Audience {
  const agents = agentsHere(db);
  const found = new Map<string, AgentRecord>();
  const empty: string[] = [];
  for (const token of tokens) {
    const some = meant(token, agents);
    if (some.length === 0) empty.push(token);
    for (const agent of some) found.set(agent.id, agent);
  }
  const ids = [...found.keys()].sort(naturalOrder);
  return { ids, lost: ids.filter((id) => found.get(id)?.state === 'lost'), empty };
}

/** What can be written into the audience: everybody, the roles there are, every agent. */
export function suggestions(db: EntityDb): string[] {
  const agents = agentsHere(db);
  const roles = [...new Set(agents.map(({ role }) => `${ROLE}${role}`))].sort(naturalOrder);
  return ['all', ...roles, ...agents.map(({ id }) => id)];
}

/** A leading @ is how people write addresses elsewhere. */
export const tokenOf = (text: string): string => text.trim().replace(/^@/, '').replace(/,$/, '');

/**
 * One chip stays an address, which the record then shows as it was meant; several become the ids they mean now, so that
 * nobody who joins later is addressed by accident.
 */
export const addressOf = (tokens: readonly string[], audience: Audience): string | string[] => {
  const [only, ...more] = tokens;
  return only !== undefined && more.length === 0 ? only : [...audience.ids];
};

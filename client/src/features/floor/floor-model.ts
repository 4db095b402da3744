import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { DensityPref, GroupPref } from '../../hub/prefs-store.ts';

export type Form = 'cards' | 'tiles';

/** A fleet of up to a dozen is shown as cards; the normal shrinks as the fleet grows. */
const CARDS_UP_TO = 12;
/** A cell of an agent that left stays empty for this long, so that its neighbours do not jump. */
export const HOLE_MS = 60_000;

export const formOf = (density: DensityPref, agents: number): Form =>
  density === 'auto' ? (agents <= CARDS_UP_TO ? 'cards' : 'tiles') : density;

export interface Group {
  role: string | null;
  ids: readonly string[];
  working: number;
}

export interface FloorFacts {
  agents: readonly AgentRecord[];
  /** Agents with an alarm that nobody has acknowledged. */
  alarming: ReadonlySet<string>;
  now: number;
}

export interface FloorContent {
  /** On the floor, in the order they came in. */
  here: readonly AgentRecord[];
  /** Newest first. */
  gone: readonly AgentRecord[];
}

/**
 * Who has a cell. Those who left keep theirs a minute as a hole; the lost keep theirs until their alarm is
 * acknowledged, or for that minute when none was raised because nothing depends on them.
 */
export function splitFloor({ agents, alarming, now }: FloorFacts): FloorContent {
  const isGone = (agent: AgentRecord): boolean => {
    if (agent.state !== 'left' && agent.state !== 'lost') return false;
    if (agent.state === 'lost' && alarming.has(agent.id)) return false;
    return now - agent.stateAt >= HOLE_MS;
  };
  const gone = agents.filter(isGone).sort((a, b) => b.stateAt - a.stateAt);
  return { here: agents.filter((agent) => !isGone(agent)), gone };
}

/** Always in the order of role and id, never of state: a supervisor remembers places. */
export function groupAgents(agents: readonly AgentRecord[], group: GroupPref): Group[] {
  const groups = new Map<string | null, AgentRecord[]>();
  for (const agent of agents) {
    const key = group === 'role' ? agent.role : null;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [agent]);
    else members.push(agent);
  }
  return [...groups]
    .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
    .map(([role, members]) => ({
      role,
      ids: members.map(({ id }) => id),
      working: members.filter(({ state }) => state === 'working').length,
    }));
}

/** `speed_developer` as people write it. */
export const roleWord = (role: string): string => role.replaceAll('_', ' ').toUpperCase();

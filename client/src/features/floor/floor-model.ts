import type { AgentRecord } from '@signalbox/shared/records/agent';
import { naturalOrder } from '../../hub/natural-order.ts';
import type { DensityPref, GroupPref } from '../../hub/prefs-store.ts';
import { visibleText } from '../../hub/visible-text.ts';

export type Form = 'cards' | 'tiles' | 'chips';

/** The normal shrinks as the fleet grows; the abnormal has its card in the rail at any size. */
const CARDS_UP_TO = 12;
const TILES_UP_TO = 80;
/** A cell of an agent that left stays empty for this long, so that its neighbours do not jump. */
export const HOLE_MS = 60_000;

const formFor = (agents: number): Form => (agents <= CARDS_UP_TO ? 'cards' : agents <= TILES_UP_TO ? 'tiles' : 'chips');

export const formOf = (density: DensityPref, agents: number): Form => (density === 'auto' ? formFor(agents) : density);

export interface Group {
  /** As people read it; null where there is only one list. */
  name: string | null;
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

const groupName: Record<GroupPref, (agent: AgentRecord) => string | null> = {
  role: ({ role }) => roleWord(role),
  host: ({ host }) => (host === undefined ? 'host not said' : visibleText(host)),
  none: () => null,
};

/** Always in the order of group and id, never of state: a supervisor remembers places. */
export function groupAgents(agents: readonly AgentRecord[], group: GroupPref): Group[] {
  const groups = new Map<string | null, AgentRecord[]>();
  for (const agent of agents) {
    const name = groupName[group](agent);
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [agent]);
    else members.push(agent);
  }
  return [...groups]
    .sort(([a], [b]) => naturalOrder(a ?? '', b ?? ''))
    .map(([name, members]) => ({
      name,
      ids: members.map(({ id }) => id),
      working: members.filter(({ state }) => state === 'working').length,
    }));
}

/** `speed_developer` as people write it. */
export const roleWord = (role: string): string => role.replaceAll('_', ' ').toUpperCase();

/** What a chip is wide enough for. */
const SHORT = 5;

/** What tells an id from its neighbours: `031` of `manus_031`. Always a part of it, as it is read out. */
export function shortId(id: string): string {
  if (id.length <= SHORT) return id;
  const lastWord = /[^-_.:/]+$/.exec(id)?.[0] ?? id;
  return /\d$/.test(lastWord) ? lastWord.slice(-SHORT) : lastWord.slice(0, SHORT);
}

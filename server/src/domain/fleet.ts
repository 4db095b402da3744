import { compareIds } from '@signalbox/shared/ids';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Crew, FreeAgent, Market, Ordered, TaskLine } from './market.ts';

type Waiting = NonNullable<TaskRecord['waiting']>;

/** The free agents of some crews, all of them or those who worked in one of the folders lately: the best first. */
export function* bestFirst(
  market: Market,
  { crews, folders }: { crews: Iterable<Crew>; folders?: readonly string[] },
): Iterable<FreeAgent> {
  const heads: { list: Ordered<FreeAgent>; agent: FreeAgent }[] = [];
  for (const crew of crews) {
    if (crew.freeCount === 0) continue;
    for (const list of folders?.flatMap((folder) => crew.free(folder)) ?? crew.free()) {
      const agent = list.first();
      if (agent !== undefined) heads.push({ list, agent });
    }
  }
  // Too few samples say nothing: such an agent counts as the fleet does.
  const mean = market.meanScore ?? 0;
  while (heads.length > 0) {
    const head = heads.reduce((best, other) => (isBetter(other.agent, best.agent, mean) ? other : best));
    yield head.agent;
    const next = head.list.next(head.agent);
    if (next === undefined) heads.splice(heads.indexOf(head), 1);
    else head.agent = next;
  }
}

/** In this order: least loaded, better score, fewer skills that others may need, longer idle, smaller id. */
function isBetter(a: FreeAgent, b: FreeAgent, mean: number): boolean {
  const difference =
    a.load - b.load ||
    (b.score ?? mean) - (a.score ?? mean) ||
    a.skills - b.skills ||
    a.stateAt - b.stateAt ||
    compareIds(a.agentId, b.agentId);
  return difference < 0;
}

const NAMES_SHOWN = 5;
function names(crews: Iterable<Crew>, of: (crew: Crew) => Ordered<string>): string {
  const found: string[] = [];
  for (const crew of crews) {
    let shown = 0;
    for (const id of of(crew)) {
      if (++shown > NAMES_SHOWN) break;
      found.push(id);
    }
  }
  return found.sort(compareIds).slice(0, NAMES_SHOWN).join(', ');
}

/** Is anybody there who could do it, free or not? */
export const isAnybodyThere = ({ crews }: TaskLine): boolean => {
  for (const crew of crews) if (crew.pushed.size + crew.asking.size > 0) return true;
  return false;
};

export const isAnybodyFree = ({ crews }: TaskLine): boolean => {
  for (const crew of crews) if (crew.freeCount > 0) return true;
  return false;
};

/** Why what stands in this line waits, as far as its files don't matter. It stays the same while agents come to be free and busy. */
export function whyOf(line: TaskLine): Waiting {
  line.why ??= findWhy(line);
  return line.why;
}

function findWhy({ requires, crews }: TaskLine): Waiting {
  const count = { able: 0, paused: 0, draining: 0, pushed: 0, asking: 0 };
  for (const crew of crews) {
    count.able += crew.members.size;
    count.paused += crew.paused;
    count.draining += crew.draining;
    count.pushed += crew.pushed.size;
    count.asking += crew.asking.size;
  }
  if (count.able === 0)
    return { code: 'NO_AGENT', on: requires.length > 0 ? requires.join(', ') : 'no agent is connected' };
  if (count.able === count.paused) return { code: 'PAUSED', on: names(crews, (crew) => crew.members) };
  if (count.able === count.paused + count.draining)
    return { code: 'NO_AGENT', on: `all who could are told to take no more: ${names(crews, (crew) => crew.members)}` };
  // Without numbers: every task of the line is written again when this changes.
  const held = [...(count.paused > 0 ? ['paused'] : []), ...(count.draining > 0 ? ['draining'] : [])];
  if (count.pushed + count.asking === 0)
    return { code: 'NO_AGENT', on: `all who could are ${eitherOf(['away', ...held])}` };
  const kept = [...(count.pushed > 0 ? ['busy'] : []), ...held];
  if (count.asking === 0) return { code: 'NO_AGENT', on: `all who could are ${eitherOf(kept)}` };
  const asking = `takes work only when it asks: ${names(crews, (crew) => crew.asking)}`;
  const on = kept.length === 0 ? `whoever could ${asking}` : `whoever could is ${eitherOf(kept)}, or ${asking}`;
  return { code: 'NO_AGENT', on };
}

const eitherOf = (states: readonly string[]): string =>
  [states.slice(0, -1).join(', '), ...states.slice(-1)].filter((part) => part !== '').join(' or ');

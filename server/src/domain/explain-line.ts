import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Crew, TaskLine } from './market.ts';
import type { View } from './view.ts';

/** Where a chain of reasons ends. */
export interface Ending {
  because: string;
  on: string;
  action: string;
  /** What goes on then, beside the tasks on the way here. */
  frees?: Iterable<string>;
}

/** Its files were left locked by who was lost with it. */
export function wasLost(view: View, task: TaskRecord): string {
  const last = task.attempts.at(-1);
  return last?.outcome === 'lost' && view.get('agent', last.agentId)?.presence === 'lost'
    ? ` and ${last.agentId}, who had it, is lost`
    : '';
}

/** Nobody takes it, whatever its files are. */
export function lineStep(view: View, { task, line }: { task: TaskRecord; line: TaskLine }): Ending {
  const { id } = task;
  const crews = [...line.crews];
  const members = crews.flatMap((crew) => [...crew.members]);
  const all = { frees: [...line.tasks].map((place) => place.id) };
  const lost = wasLost(view, task);
  if (members.length === 0) {
    const skills = task.requires.join(', ');
    return skills === ''
      ? { because: `no agent is connected${lost}`, on: id, action: 'Start an agent.', ...all }
      : { because: `nobody can ${skills}${lost}`, on: skills, action: `Start an agent that can ${skills}.`, ...all };
  }
  const named = listed(members);
  const held = crews.reduce((sum, crew) => sum + crew.paused + crew.draining, 0);
  if (held === members.length)
    return {
      because: `all who could do ${id} are held back by a person`,
      on: named,
      action: `Resume ${named}.`,
      ...all,
    };
  const asking = crews.flatMap((crew) => [...crew.asking]);
  const pushed = crews.reduce((sum, crew) => sum + crew.pushed.size, 0);
  const mixed = mixOf(view, crews);
  if (asking.length + pushed === 0)
    return mixed === undefined
      ? { because: `all who could do ${id} are away${lost}`, on: named, action: `Look after ${named}.`, ...all }
      : {
          because: `of those who could do ${id}, ${mixed.counted}${lost}`,
          on: named,
          action: `Resume ${listed(mixed.held)}, or look after the others.`,
          ...all,
        };
  if (pushed === 0 && mixed === undefined)
    return {
      because: `whoever could do ${id} takes work only when it asks`,
      on: listed(asking),
      action: `Let ${listed(asking)} ask for work, or start an agent that takes tasks as they come.`,
    };
  const before = [...line.tasks].findIndex((place) => place.id === id);
  const place = `${before} ${before === 1 ? 'task is' : 'tasks are'} before it in line`;
  if (mixed !== undefined)
    return {
      because: `of those who could do ${id}, ${mixed.counted}, and ${place}`,
      on: named,
      action:
        pushed === 0
          ? `Resume ${listed(mixed.held)}, or let ${listed(asking)} ask for work.`
          : `${mixed.held.length > 0 ? `Resume ${listed(mixed.held)}` : `Let ${listed(asking)} ask for work`}, wait until one of the others is done, or start another agent.`,
    };
  return {
    because: `all who could do ${id} are busy, and ${place}`,
    on: named,
    action: `Wait until one of ${named} is done, or start another agent.`,
  };
}

/** How many of them do what, when that is not the same for all who are there; and whom a person holds back. */
function mixOf(view: View, crews: readonly Crew[]): { counted: string; held: string[] } | undefined {
  const count = { busy: 0, asking: 0, paused: 0, draining: 0, members: 0 };
  for (const crew of crews) {
    count.members += crew.members.size;
    count.busy += crew.pushed.size;
    count.asking += crew.asking.size;
    count.paused += crew.paused;
    count.draining += crew.draining;
  }
  if (count.paused + count.draining === 0 && (count.asking === 0 || count.busy === 0)) return undefined;
  const away = count.members - count.busy - count.asking - count.paused - count.draining;
  const are = (number: number, what: string): string[] =>
    number === 0 ? [] : [`${number} ${number === 1 ? 'is' : 'are'} ${what}`];
  const counted = [
    ...are(count.busy, 'busy'),
    ...(count.asking === 0 ? [] : [`${count.asking} ${count.asking === 1 ? 'has' : 'have'} to ask for work`]),
    ...are(count.paused, 'paused'),
    ...are(count.draining, 'draining'),
    ...are(away, 'away'),
  ].join(', ');
  const isHeld = (id: string): boolean => {
    const agent = view.get('agent', id);
    return agent?.paused === true || agent?.draining === true;
  };
  return { counted, held: crews.flatMap((crew) => [...crew.members].filter(isHeld)) };
}

const NAMES_SHOWN = 5;
const listed = (ids: readonly string[]): string =>
  ids.length > NAMES_SHOWN
    ? `${ids.slice(0, NAMES_SHOWN).join(', ')} and ${ids.length - NAMES_SHOWN} more`
    : ids.join(', ');

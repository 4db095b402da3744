import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Draft } from './view.ts';

type Waiting = NonNullable<TaskRecord['waiting']>;

/** Who could do a task, as far as its files don't matter. */
export interface Prospects {
  /** Ids of those who have the capabilities and take part now. */
  there: ReadonlySet<string>;
  /** Of these, who takes them as they come and has room for one now: the best first. */
  free: Iterable<AgentRecord>;
  /** Why the task waits if none of the free gets it. */
  why(): Waiting;
}

export const canDo = (agent: AgentRecord, task: TaskRecord): boolean =>
  task.requires.every((capability) => agent.capabilities.includes(capability));

/** Takes part at all: connected in time, not held back by a person nor by a question that must be answered first. */
const isAvailable = (draft: Draft, agent: AgentRecord): boolean =>
  agent.presence === 'present' &&
  !agent.paused &&
  !(agent.state === 'asking' && draft.openQuestionsOf(agent.id).some(({ blocking }) => blocking));

const NAMES_SHOWN = 5;
const names = (agents: readonly AgentRecord[]): string =>
  agents
    .slice(0, NAMES_SHOWN)
    .map((agent) => agent.id)
    .join(', ');

/** In this order: least loaded, best score, fewest other skills, longest idle, id. */
function byPreference(draft: Draft, agents: readonly AgentRecord[]): AgentRecord[] {
  const weighed = agents.map((agent) => ({
    agent,
    weights: [
      draft.tasksOf(agent.id).length / agent.maxTasks,
      -(agent.score.value ?? 0),
      agent.capabilities.length,
      agent.stateAt,
    ],
  }));
  return weighed
    .sort((a, b) => compareWeights(a.weights, b.weights) || (a.agent.id < b.agent.id ? -1 : 1))
    .map(({ agent }) => agent);
}

function compareWeights(a: readonly number[], b: readonly number[]): number {
  for (const [at, weight] of a.entries()) {
    const difference = weight - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Who could do a task with certain requirements, who of them has room, and of these who need not ask, the best first. */
interface Room {
  able: readonly AgentRecord[];
  there: ReadonlySet<string>;
  roomy: Set<AgentRecord>;
  free: Set<AgentRecord>;
  /** As long as nobody was given anything. */
  why: Waiting | undefined;
}

/** The agents as one decision about many tasks sees them: weighed once, so that a task costs little more than a look. */
export class Fleet {
  readonly #draft: Draft;
  readonly #agents: readonly AgentRecord[];
  /** Those who are there and have fewer tasks than they may; of these, those who need not ask, the best first. */
  #roomy: AgentRecord[] = [];
  #free: AgentRecord[] = [];
  /** By required capabilities. */
  readonly #rooms = new Map<string, Room>();

  constructor(draft: Draft) {
    this.#draft = draft;
    this.#agents = draft.presentAgents().filter((agent) => agent.presence !== 'lost' && agent.accepts !== 'none');
    this.#look();
  }

  /** Nobody has room for a task that is given without being asked for. */
  get isBusy(): boolean {
    return this.#free.length === 0;
  }

  /** The agent was given a task. */
  given(agent: AgentRecord): void {
    if (this.#hasRoom(agent)) {
      // It has become less attractive.
      this.#look();
      return;
    }
    this.#roomy = this.#roomy.filter((other) => other !== agent);
    this.#free = this.#free.filter((other) => other !== agent);
    for (const room of this.#rooms.values()) {
      room.roomy.delete(agent);
      room.free.delete(agent);
      room.why = undefined;
    }
  }

  prospectsOf(task: TaskRecord): Prospects {
    const key = task.requires.join('\n');
    const room = this.#rooms.get(key) ?? this.#roomFor(task);
    this.#rooms.set(key, room);
    return {
      there: room.there,
      free: room.free,
      why: () => {
        room.why ??= whyOf(task, { able: room.able, anybody: room.there.size > 0, roomy: [...room.roomy] });
        return room.why;
      },
    };
  }

  #roomFor(task: TaskRecord): Room {
    const can = (agent: AgentRecord): boolean => canDo(agent, task);
    const able = this.#agents.filter(can);
    return {
      able,
      there: new Set(able.filter((agent) => isAvailable(this.#draft, agent)).map(({ id }) => id)),
      roomy: new Set(this.#roomy.filter(can)),
      free: new Set(this.#free.filter(can)),
      why: undefined,
    };
  }

  #hasRoom(agent: AgentRecord): boolean {
    return this.#draft.tasksOf(agent.id).length < agent.maxTasks;
  }

  #look(): void {
    this.#roomy = this.#agents.filter((agent) => isAvailable(this.#draft, agent) && this.#hasRoom(agent));
    this.#free = byPreference(
      this.#draft,
      this.#roomy.filter((agent) => agent.accepts === 'push'),
    );
    this.#rooms.clear();
  }
}

interface Candidates {
  able: readonly AgentRecord[];
  /** Is anybody of the able there? */
  anybody: boolean;
  roomy: readonly AgentRecord[];
}

function whyOf(task: TaskRecord, { able, anybody, roomy }: Candidates): Waiting {
  if (able.length === 0)
    return { code: 'NO_AGENT', on: task.requires.length > 0 ? task.requires.join(', ') : 'no agent is connected' };
  if (able.every((agent) => agent.paused)) return { code: 'PAUSED', on: names(able) };
  if (!anybody) return { code: 'NO_AGENT', on: 'all who could are away' };
  const asking = roomy.filter((agent) => agent.accepts === 'pull');
  if (asking.length === 0) return { code: 'NO_AGENT', on: 'all who could are busy' };
  return { code: 'NO_AGENT', on: `whoever could takes work only when it asks: ${names(asking)}` };
}

import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Draft } from './view.ts';

type Waiting = NonNullable<TaskRecord['waiting']>;

/** Who could do a task, as far as its files don't matter. */
export interface Prospects {
  /** Everybody who has the capabilities and takes tasks at all. */
  able: readonly AgentRecord[];
  /** Of these, who takes them as they come and has room for one now. */
  free: readonly AgentRecord[];
  /** Why the task waits if none of the free gets it. */
  why: Waiting;
}

export const canDo = (agent: AgentRecord, task: TaskRecord): boolean =>
  task.requires.every((capability) => agent.capabilities.includes(capability));

/** Takes part at all: connected in time and not held back by a person. */
export const isAvailable = (agent: AgentRecord): boolean => agent.presence === 'present' && !agent.paused;

const NAMES_SHOWN = 5;
const names = (agents: readonly AgentRecord[]): string =>
  agents
    .slice(0, NAMES_SHOWN)
    .map((agent) => agent.id)
    .join(', ');

/** The agents as one decision about many tasks sees them: asked once, so that a task costs little more than a look. */
export class Fleet {
  readonly #draft: Draft;
  readonly #agents: readonly AgentRecord[];
  /** Ids of those who are there and have fewer tasks than they may; of these, those who need not ask. */
  readonly #roomy = new Set<string>();
  readonly #free = new Set<string>();
  /** Prospects by required capabilities, as long as nobody was given anything. */
  readonly #prospects = new Map<string, Prospects>();

  constructor(draft: Draft) {
    this.#draft = draft;
    this.#agents = draft.presentAgents().filter((agent) => agent.presence !== 'lost' && agent.accepts !== 'none');
    for (const agent of this.#agents) if (isAvailable(agent)) this.#look(agent);
  }

  /** Nobody has room for a task that is given without being asked for. */
  get isBusy(): boolean {
    return this.#free.size === 0;
  }

  /** The agent was given a task. */
  given(agent: AgentRecord): void {
    this.#look(agent);
    this.#prospects.clear();
  }

  prospectsOf(task: TaskRecord): Prospects {
    const key = task.requires.join('\n');
    let prospects = this.#prospects.get(key);
    if (prospects === undefined) {
      const able = this.#agents.filter((agent) => canDo(agent, task));
      const roomy = able.filter((agent) => this.#roomy.has(agent.id));
      prospects = {
        able,
        free: roomy.filter((agent) => this.#free.has(agent.id)),
        why: whyOf(task, { able, roomy }),
      };
      this.#prospects.set(key, prospects);
    }
    return prospects;
  }

  #look(agent: AgentRecord): void {
    if (this.#draft.tasksOf(agent.id).length < agent.maxTasks) {
      this.#roomy.add(agent.id);
      if (agent.accepts === 'push') this.#free.add(agent.id);
    } else {
      this.#roomy.delete(agent.id);
      this.#free.delete(agent.id);
    }
  }
}

function whyOf(task: TaskRecord, { able, roomy }: Record<'able' | 'roomy', readonly AgentRecord[]>): Waiting {
  if (able.length === 0)
    return { code: 'NO_AGENT', on: task.requires.length > 0 ? task.requires.join(', ') : 'no agent is connected' };
  if (able.every((agent) => agent.paused)) return { code: 'PAUSED', on: names(able) };
  if (!able.some(isAvailable)) return { code: 'NO_AGENT', on: 'all who could are away' };
  const asking = roomy.filter((agent) => agent.accepts === 'pull');
  if (asking.length === 0) return { code: 'NO_AGENT', on: 'all who could are busy' };
  return { code: 'NO_AGENT', on: `whoever could takes work only when it asks: ${names(asking)}` };
}

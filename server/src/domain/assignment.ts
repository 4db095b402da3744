import { pathsOverlap } from '@signalbox/shared/paths';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Decision } from './decision.ts';
import { canDo, Fleet, isAvailable, type Prospects } from './fleet.ts';
import { assignTask } from './task-state.ts';
import type { Draft } from './view.ts';

/** One run decides at most this much, so that client commands are not kept waiting. */
const MAX_CHANGES = 50;
/** Tasks looked at for the reason they wait while nobody is free; whoever is free is offered all of them. */
const MAX_REASONS = 5_000;
/** Tasks looked at for an agent that asks. */
const MAX_LOOKED_AT = 500;

/** The lock of somebody else on a file the task needs, if there is one. */
function blockingLock(draft: Draft, task: TaskRecord, agentId: string | undefined): string | undefined {
  for (const file of task.files)
    for (const lock of draft.locksOverlapping(file))
      if (lock.holder !== agentId && lock.mode === 'exclusive') return lock.id;
  return undefined;
}

/** Files of tasks that are under way, with who has them: two agents on the same files would wait for each other. */
class UnderWay {
  readonly #draft: Draft;
  #files: { agentId: string; files: readonly string[] }[] | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  collides(task: TaskRecord, agentId: string): boolean {
    if (task.files.length === 0) return false;
    this.#files ??= this.#draft
      .presentAgents()
      .flatMap((agent) => this.#draft.tasksOf(agent.id).map(({ files }) => ({ agentId: agent.id, files })));
    return this.#files.some(
      (other) =>
        other.agentId !== agentId && other.files.some((file) => task.files.some((own) => pathsOverlap(own, file))),
    );
  }

  given(task: TaskRecord, agentId: string): void {
    this.#files?.push({ agentId, files: task.files });
  }
}

/** For an agent that asks for work: by priority and age, first without overlapping work under way, else whatever fits. */
export function bestTaskFor(draft: Draft, agent: AgentRecord): TaskRecord | undefined {
  const underWay = new UnderWay(draft);
  let second: TaskRecord | undefined;
  let looked = 0;
  for (const task of draft.readyTasks()) {
    if (!canDo(agent, task)) continue;
    if (++looked > MAX_LOOKED_AT) break;
    if (blockingLock(draft, task, agent.id) !== undefined) continue;
    if (!underWay.collides(task, agent.id)) return task;
    second ??= task;
  }
  return second;
}

/** The agent a task fits best. In this order: no overlapping work, least loaded, best score, fewest other skills, longest idle, id. */
function bestAgentFor(draft: Draft, task: TaskRecord, candidates: Candidates): AgentRecord | undefined {
  const { agents, underWay } = candidates;
  const weigh = (agent: AgentRecord): number[] => [
    underWay.collides(task, agent.id) ? 1 : 0,
    draft.tasksOf(agent.id).length / agent.maxTasks,
    -(agent.score.value ?? 0),
    agent.capabilities.length,
    agent.stateAt,
  ];
  let best: { agent: AgentRecord; weights: number[] } | undefined;
  for (const agent of agents) {
    const weights = weigh(agent);
    const order =
      best === undefined ? -1 : compareWeights(weights, best.weights) || (agent.id < best.agent.id ? -1 : 1);
    if (order < 0) best = { agent, weights };
  }
  return best?.agent;
}

function compareWeights(a: readonly number[], b: readonly number[]): number {
  for (const [at, weight] of a.entries()) {
    const difference = weight - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

interface Candidates {
  agents: readonly AgentRecord[];
  underWay: UnderWay;
}

/** Why nobody is given the task now: a lock when it keeps out all who are there, else what their prospects say. */
function reasonToWait(draft: Draft, task: TaskRecord, { able, why }: Prospects): TaskRecord['waiting'] {
  const lock = blockingLock(draft, task, undefined);
  if (lock === undefined) return why;
  const there = able.filter(isAvailable);
  return there.length > 0 && there.every((agent) => blockingLock(draft, task, agent.id) !== undefined)
    ? { code: 'LOCK', on: lock }
    : why;
}

/** Internal: gives waiting tasks to agents that take them as they come. Says of the others why they wait. */
export const decideAssignments: Decision<Record<string, never>, { more: boolean }> = (draft, _input, context) => {
  const fleet = new Fleet(draft);
  const underWay = new UnderWay(draft);
  let changed = 0;
  let looked = 0;
  for (const task of draft.readyTasks()) {
    if (changed >= MAX_CHANGES) return { more: true };
    if (++looked > MAX_REASONS && fleet.isBusy) break;
    const prospects = fleet.prospectsOf(task);
    const agents = prospects.free.filter((agent) => blockingLock(draft, task, agent.id) === undefined);
    const agent = bestAgentFor(draft, task, { agents, underWay });
    if (agent !== undefined) {
      assignTask(draft, task, agent.id, context);
      fleet.given(agent);
      underWay.given(task, agent.id);
      changed++;
      continue;
    }
    const waiting = reasonToWait(draft, task, prospects);
    if (waiting?.code === task.waiting?.code && waiting?.on === task.waiting?.on) continue;
    draft.put({ ...task, waiting });
    changed++;
  }
  return { more: false };
};

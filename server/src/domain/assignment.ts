import { pathsOverlap } from '@signalbox/shared/paths';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Decision } from './decision.ts';
import { assignTask } from './task-state.ts';
import type { Draft } from './view.ts';

/** One run decides at most this much, so that client commands are not kept waiting. */
const MAX_CHANGES = 50;
const MAX_LOOKED_AT = 500;

export const canDo = (agent: AgentRecord, task: TaskRecord): boolean =>
  task.requires.every((capability) => agent.capabilities.includes(capability));

/** Takes part at all: connected in time and not held back by a person. */
const isAvailable = (agent: AgentRecord): boolean => agent.presence === 'present' && !agent.paused;

/** The lock of somebody else on a file the task needs, if there is one. */
function blockingLock(draft: Draft, task: TaskRecord, agentId: string | undefined): string | undefined {
  for (const file of task.files)
    for (const lock of draft.locksOverlapping(file))
      if (lock.holder !== agentId && lock.mode === 'exclusive') return lock.id;
  return undefined;
}

/** Files of tasks that are under way, with who has them: two agents on the same files would wait for each other. */
function filesUnderWay(draft: Draft): { agentId: string; files: readonly string[] }[] {
  return draft
    .presentAgents()
    .flatMap((agent) => draft.tasksOf(agent.id).map((task) => ({ agentId: agent.id, files: task.files })));
}

const collides = (
  task: TaskRecord,
  agentId: string,
  underWay: readonly { agentId: string; files: readonly string[] }[],
): boolean =>
  task.files.length > 0 &&
  underWay.some(
    (other) =>
      other.agentId !== agentId && other.files.some((file) => task.files.some((own) => pathsOverlap(own, file))),
  );

/** For an agent that asks for work: by priority and age, first without overlapping work under way, else whatever fits. */
export function bestTaskFor(draft: Draft, agent: AgentRecord): TaskRecord | undefined {
  const underWay = filesUnderWay(draft);
  let second: TaskRecord | undefined;
  let looked = 0;
  for (const task of draft.readyTasks()) {
    if (++looked > MAX_LOOKED_AT) break;
    if (!canDo(agent, task) || blockingLock(draft, task, agent.id) !== undefined) continue;
    if (!collides(task, agent.id, underWay)) return task;
    if (second === undefined || task.priority < second.priority) second = task;
  }
  return second;
}

/** The agent a task fits best. In this order: no overlapping work, least loaded, best score, fewest other skills, longest idle, id. */
function bestAgentFor(draft: Draft, task: TaskRecord, agents: readonly AgentRecord[]): AgentRecord | undefined {
  const underWay = filesUnderWay(draft);
  const weigh = (agent: AgentRecord): number[] => [
    collides(task, agent.id, underWay) ? 1 : 0,
    draft.tasksOf(agent.id).length / agent.maxTasks,
    -(agent.score.value ?? 0),
    agent.capabilities.length,
    agent.stateAt,
  ];
  const ranked = agents.map((agent) => ({ agent, weights: weigh(agent) }));
  ranked.sort((a, b) => {
    for (const [at, weight] of a.weights.entries()) {
      const difference = weight - (b.weights[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.agent.id < b.agent.id ? -1 : 1;
  });
  return ranked[0]?.agent;
}

/** Why nobody can be given the task now; undefined when it is only a matter of somebody becoming free. */
function reasonToWait(draft: Draft, task: TaskRecord, agents: readonly AgentRecord[]): TaskRecord['waiting'] {
  const able = agents.filter((agent) => agent.accepts !== 'none' && canDo(agent, task));
  if (able.length === 0)
    return { code: 'NO_AGENT', on: task.requires.length > 0 ? task.requires.join(', ') : 'no agent is connected' };
  if (able.every((agent) => agent.paused))
    return {
      code: 'PAUSED',
      on: able
        .map((agent) => agent.id)
        .slice(0, 5)
        .join(', '),
    };
  const lock = blockingLock(draft, task, undefined);
  if (lock !== undefined && able.every((agent) => blockingLock(draft, task, agent.id) !== undefined))
    return { code: 'LOCK', on: lock };
  return { code: 'NO_AGENT', on: able.some(isAvailable) ? 'all who could are busy' : 'all who could are away' };
}

/** Internal: gives waiting tasks to agents that take them as they come. Says of the others why they wait. */
export const decideAssignments: Decision<Record<string, never>, { more: boolean }> = (draft, _input, context) => {
  let changed = 0;
  let looked = 0;
  for (const task of draft.readyTasks()) {
    if (++looked > MAX_LOOKED_AT || changed >= MAX_CHANGES) return { more: changed > 0 };
    const agents = draft.presentAgents().filter((agent) => agent.presence !== 'lost');
    const free = agents.filter(
      (agent) => agent.accepts === 'push' && isAvailable(agent) && draft.tasksOf(agent.id).length < agent.maxTasks,
    );
    const fitting = free.filter((agent) => canDo(agent, task) && blockingLock(draft, task, agent.id) === undefined);
    const agent = bestAgentFor(draft, task, fitting);
    if (agent !== undefined) {
      assignTask(draft, task, agent.id, context);
      changed++;
      continue;
    }
    const waiting = reasonToWait(draft, task, agents);
    if (waiting?.code === task.waiting?.code && waiting?.on === task.waiting?.on) continue;
    draft.put({ ...task, waiting });
    changed++;
  }
  return { more: false };
};

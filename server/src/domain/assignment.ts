import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Decision } from './decision.ts';
import { canDo, Fleet, type Prospects } from './fleet.ts';
import { assignTask } from './task-state.ts';
import type { Draft } from './view.ts';

/** One run decides at most this much, so that client commands are not kept waiting. */
const MAX_CHANGES = 50;
/** Tasks looked at for the reason they wait while nobody is free; whoever is free is offered all of them. */
const MAX_REASONS = 5_000;
/** Tasks looked at for an agent that asks. */
const MAX_LOOKED_AT = 500;

/** Whose way a task would stand in, or who stands in its way. */
interface Others {
  /** Agents with an exclusive lock on one of its files. */
  locking: ReadonlySet<string>;
  /** One of these locks, to name it. */
  lockId: string | undefined;
  /** Agents at work on one of its files: two of them there would wait for each other. */
  working: ReadonlySet<string>;
}

function othersOn(draft: Draft, task: TaskRecord): Others {
  const locks = task.files.flatMap((file) => draft.locksOverlapping(file)).filter((lock) => lock.mode === 'exclusive');
  const underWay = task.files.flatMap((file) => draft.tasksUnderWayOn(file));
  return {
    locking: new Set(locks.map(({ holder }) => holder)),
    lockId: locks[0]?.id,
    working: new Set(underWay.flatMap(({ assignee }) => assignee ?? [])),
  };
}

/** Is anybody but this agent among them? */
const hasOther = (ids: ReadonlySet<string>, agentId: string): boolean => ids.size > (ids.has(agentId) ? 1 : 0);

/** For an agent that asks for work: by priority and age, first without overlapping work under way, else whatever fits. */
export function bestTaskFor(draft: Draft, agent: AgentRecord): TaskRecord | undefined {
  let second: TaskRecord | undefined;
  let looked = 0;
  for (const task of draft.readyTasks()) {
    if (!canDo(agent, task)) continue;
    if (++looked > MAX_LOOKED_AT) break;
    const { locking, working } = othersOn(draft, task);
    if (hasOther(locking, agent.id)) continue;
    if (!hasOther(working, agent.id)) return task;
    second ??= task;
  }
  return second;
}

/**
 * The agent a task fits best: of those who may touch its files the first, but rather one without overlapping work, and
 * last of all one that was given it before and did not start it.
 */
function bestAgentFor(task: TaskRecord, free: Iterable<AgentRecord>, others: Others): AgentRecord | undefined {
  const { locking, working } = others;
  // With two holders there is nobody whom no other one keeps out.
  if (locking.size > 1) return undefined;
  const left = new Set(task.attempts.filter(({ outcome }) => outcome === 'not started').map(({ agentId }) => agentId));
  let second: AgentRecord | undefined;
  let last: AgentRecord | undefined;
  for (const agent of free) {
    if (hasOther(locking, agent.id)) continue;
    if (left.has(agent.id)) last ??= agent;
    else if (!hasOther(working, agent.id)) return agent;
    else second ??= agent;
  }
  return second ?? last;
}

/** Why nobody is given the task now: a lock when it keeps out all who are there, else what their prospects say. */
function reasonToWait({ there, why }: Prospects, { locking, lockId }: Others): TaskRecord['waiting'] {
  if (lockId === undefined || there.size === 0) return why();
  // One holder keeps out everybody but itself, two keep out everybody.
  const [holder = ''] = locking;
  return locking.size > 1 || !there.has(holder) ? { code: 'LOCK', on: lockId } : why();
}

/** Internal: gives waiting tasks to agents that take them as they come. Says of the others why they wait. */
export const decideAssignments: Decision<Record<string, never>, { more: boolean }> = (draft, _input, context) => {
  const fleet = new Fleet(draft);
  let changed = 0;
  let looked = 0;
  for (const task of draft.readyTasks()) {
    if (changed >= MAX_CHANGES) return { more: true };
    if (++looked > MAX_REASONS && fleet.isBusy) break;
    const prospects = fleet.prospectsOf(task);
    const others = othersOn(draft, task);
    const agent = bestAgentFor(task, prospects.free, others);
    if (agent !== undefined) {
      assignTask(draft, task, agent.id, context);
      fleet.given(agent);
      changed++;
      continue;
    }
    const waiting = reasonToWait(prospects, others);
    if (waiting?.code === task.waiting?.code && waiting?.on === task.waiting?.on) continue;
    draft.put({ ...task, waiting });
    changed++;
  }
  return { more: false };
};

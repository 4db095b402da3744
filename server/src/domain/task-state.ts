import type { TaskRecord } from '@signalbox/shared/records/task';
import { CLOCK_MARGIN_MS, RETRY_BASE_MS, START_WITHIN_MS } from '@signalbox/shared/time';
import { noteEvidence } from './agent-state.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import type { Context } from './decision.ts';
import { Load } from './load.ts';
import { countFailure } from './score.ts';
import { usageAtStart, withUsage } from './usage.ts';
import type { Draft } from './view.ts';
import { dropWaiter } from './waiters.ts';

/** Attempts kept in the record, the newest ones. */
const ATTEMPTS_KEPT = 20;
export const MAX_LOSSES_IN_A_ROW = 3;

/** How an attempt ended. */
export type Outcome =
  | 'completed'
  | 'failed'
  | 'blocked'
  | 'submitted'
  | 'cancelled'
  | 'lost'
  | 'left'
  | 'not started'
  | 'reassigned';

/** Gives the task to an agent. */
export const assignTask = (draft: Draft, task: TaskRecord, agentId: string, context: Context): TaskRecord =>
  draft.put(assigned(task, agentId, context));

/** The task as an agent has it: a new attempt, which fences every earlier one. */
export function assigned(task: TaskRecord, agentId: string, context: Context): TaskRecord {
  const attempt = task.attempt + 1;
  return {
    ...task,
    assignee: agentId,
    attempt,
    waiting: undefined,
    startByClock: context.clock + START_WITHIN_MS + CLOCK_MARGIN_MS,
    attempts: [
      ...task.attempts,
      { attempt, agentId, at: context.at, fromCheckpoint: task.checkpoint !== undefined },
    ].slice(-ATTEMPTS_KEPT),
  };
}

export function startTask(draft: Draft, task: TaskRecord, context: Context): TaskRecord {
  const minutes = task.estimatedMinutes;
  noteEvidence(draft, task.assignee, context.at);
  return draft.put({
    ...task,
    status: 'in_progress',
    startByClock: undefined,
    startedAt: context.at,
    attempts: task.attempts.map((entry) =>
      entry.attempt === task.attempt
        ? {
            ...entry,
            ...usageAtStart(draft.get('agent', entry.agentId)),
            ...(task.checkpoint !== undefined && { fromProgress: task.progress }),
          }
        : entry,
    ),
    progress: task.checkpoint === undefined ? 0 : task.progress,
    // Nobody has reported anything in this attempt yet.
    progressAt: undefined,
    etaAt: minutes === null ? undefined : Math.round(context.at + minutes * 60_000),
    etaBasis: minutes === null ? undefined : 'estimate',
  });
}

/** The task without its assignee: what every way of ending an attempt starts from. Its locks are released. */
export function endAttempt(draft: Draft, task: TaskRecord, outcome: Outcome, context: Context): TaskRecord {
  if (task.assignee !== null) {
    for (const lock of draft.locksOfTask(task.id)) if (lock.holder === task.assignee) draft.remove('lock', lock.id);
    for (const waiter of draft.waitersOf(task.assignee)) if (waiter.taskId === task.id) dropWaiter(draft, waiter);
  }
  return {
    ...task,
    attempts: task.attempts.map((entry) =>
      entry.attempt === task.attempt && entry.endedAt === undefined
        ? { ...withUsage(draft, entry), endedAt: context.at, outcome }
        : entry,
    ),
    startByClock: undefined,
    etaAt: undefined,
    etaBasis: undefined,
    activity: undefined,
  };
}

/** Back in line, to be given out again. */
export function requeue(draft: Draft, task: TaskRecord): TaskRecord {
  return draft.put({
    ...task,
    status: 'pending',
    assignee: null,
    startedAt: undefined,
    finishedAt: undefined,
    waiting: dependencyWait(draft, task),
  });
}

/** The agent that had the task is gone. Three in a row mean that the task may be what kills them. */
export function loseTask(draft: Draft, task: TaskRecord, context: Context): void {
  // The locks of a lost agent end with their lease, not before: it may still be writing.
  const abandoned = { ...task, assignee: null };
  if (task.status === 'pending') {
    requeue(draft, endAttempt(draft, abandoned, 'not started', context));
    return;
  }
  if (task.assignee !== null) countFailure(draft, task.assignee);
  const losses = task.losses + 1;
  const ended = { ...endAttempt(draft, abandoned, 'lost', context), losses };
  if (losses < MAX_LOSSES_IN_A_ROW) {
    requeue(draft, ended);
    return;
  }
  draft.put({
    ...ended,
    status: 'blocked',
    assignee: null,
    reason: `${losses} agents in a row were lost while they had it.`,
  });
  raiseAlarm(draft, context, {
    code: 'LOST_AGENTS',
    subject: { kind: 'task', id: task.id },
    summary: `${losses} agents in a row were lost on ${task.id} ${task.title}`,
  });
}

/** The first dependency that is not completed, as the reason to wait. */
export function dependencyWait(draft: Draft, task: Pick<TaskRecord, 'dependencies'>): TaskRecord['waiting'] {
  const open = task.dependencies.find((id) => draft.get('task', id)?.status !== 'completed');
  return open === undefined ? undefined : { code: 'DEPENDENCY', on: open };
}

const backoffWait = (task: TaskRecord): TaskRecord['waiting'] =>
  task.notBeforeClock === undefined
    ? undefined
    : { code: 'BACKOFF', on: `${Math.round(backoffMs(task.id, task.failures) / 100) / 10} s` };

/**
 * 2 s, doubled with every failure, ± 25 %. The jitter is taken from the id, since a decision has no randomness: tasks
 * that failed together are spread, and deciding again gives the same.
 */
export function backoffMs(taskId: string, failures: number): number {
  let hash = failures;
  for (const character of taskId) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  const jitter = 0.75 + (hash % 1_000) / 2_000;
  return Math.round(RETRY_BASE_MS * 2 ** (failures - 1) * jitter);
}

const isDead = (task: TaskRecord | undefined): boolean => task?.status === 'failed' || task?.status === 'cancelled';

/** The state of a task nobody has: waiting for dependencies or a retry's delay, ready, or blocked by one that is dead. */
export function gate(draft: Draft, task: TaskRecord): TaskRecord {
  const dead = task.dependencies.find((id) => isDead(draft.get('task', id)));
  if (dead !== undefined)
    return {
      ...task,
      status: 'blocked',
      waiting: { code: 'DEPENDENCY', on: dead },
      reason: `Its dependency ${dead} ${draft.get('task', dead)?.status ?? 'is gone'}.`,
    };
  const reason = task.status === 'pending' ? task.reason : undefined;
  return { ...task, status: 'pending', waiting: dependencyWait(draft, task) ?? backoffWait(task), reason };
}

/**
 * A dependency completed, died or came back: who waits for it goes on, is blocked, or waits again. Of very many, some do
 * in transactions of their own; until then they wait as they did.
 */
export function gateDependents(draft: Draft, task: TaskRecord, context: Context): TaskRecord {
  const load = new Load();
  for (const id of draft.dependentIds(task.id)) {
    const dependent = draft.get('task', id);
    if (dependent?.waiting?.code !== 'DEPENDENCY') continue;
    const next = gate(draft, dependent);
    if (next.status === dependent.status && next.waiting?.on === dependent.waiting.on) continue;
    if (load.isFull) return draft.put({ ...task, gateClock: context.clock });
    load.add(draft.put(next));
  }
  return task.gateClock === undefined ? task : draft.put({ ...task, gateClock: undefined });
}

/** The task is over for good, as far as its attempts go. */
export function finishTask(
  draft: Draft,
  task: TaskRecord,
  end: Pick<TaskRecord, 'status' | 'reason'>,
  context: Context,
): TaskRecord {
  const finished = draft.put({
    ...task,
    ...end,
    waiting: undefined,
    notBeforeClock: undefined,
    finishedAt: context.at,
  });
  clearAlarm(draft, 'LOST_AGENTS', task.id);
  return gateDependents(draft, finished, context);
}

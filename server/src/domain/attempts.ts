import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord, TaskResult } from '@signalbox/shared/records/task';
import { utf8Bytes } from '@signalbox/shared/text';
import { CLOCK_MARGIN_MS } from '@signalbox/shared/time';
import { noteEvidence } from './agent-state.ts';
import { withDone } from './agents.ts';
import { raiseAlarm } from './alarms.ts';
import { bestTaskFor } from './assignment.ts';
import type { Context, DecisionOf } from './decision.ts';
import { checkpointSaved } from './directive-effects.ts';
import { callingAgent } from './fence.ts';
import { recentFolders } from './folders.ts';
import { asOrdered } from './orders-under-way.ts';
import { countFailure, pointsOf, scored } from './score.ts';
import { assigned, backoffMs, endAttempt, finishTask, gate, requeue, startTask } from './task-state.ts';
import { findTask, withBody } from './tasks.ts';
import type { Draft } from './view.ts';

/** What an agent does with the task it was given. The attempt number is its fence. */
interface Claimed {
  taskId: string;
  attempt: number;
}

/** The task, if the caller has it in this very attempt and it is in one of the given statuses. */
function ownTask(
  draft: Draft,
  { taskId, attempt }: Claimed,
  context: Context,
  statuses: readonly TaskRecord['status'][],
): TaskRecord | Refusal {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (attempt > task.attempt)
    return refuse('BAD_INPUT', `attempt: ${taskId} is at attempt ${task.attempt}; send the attempt you were given.`, {
      details: { field: 'attempt' },
    });
  if (attempt < task.attempt || task.assignee === null)
    return refuse(
      'STALE_ATTEMPT',
      `Attempt ${attempt} of ${taskId} is over (the task is ${task.status}, at attempt ${task.attempt}); stop working on it.`,
      {
        details: { attempt: task.attempt, assignee: task.assignee },
      },
    );
  if (task.assignee !== context.actor) return refuse('FORBIDDEN', `${taskId} belongs to ${task.assignee}.`);
  if (!statuses.includes(task.status))
    return refuse('INVALID_STATE', `${taskId} is ${task.status}; this needs it ${statuses.join(' or ')}.`);
  return task;
}

export const decideStart: DecisionOf<'task.start'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['pending', 'in_progress']);
  if (isRefusal(task)) return task;
  return { task: task.status === 'pending' ? startTask(draft, task, context) : task };
};

export const decideNext: DecisionOf<'task.next'> = (draft, _input, context) => {
  const agent = callingAgent(draft, context);
  return isRefusal(agent) ? agent : takeNext(draft, agent, context);
};

function takeNext(draft: Draft, agent: AgentRecord, context: Context) {
  const { paused, draining } = asOrdered(draft, agent);
  if (paused) return { task: null, reason: 'PAUSED' as const };
  if (draining === true) return { task: null, reason: 'DRAINING' as const };
  const tasks = draft.tasksOf(agent.id);
  const given = tasks.find((task) => task.status === 'pending');
  if (given !== undefined) return { task: startTask(draft, given, context) };
  if (tasks.length >= agent.maxTasks) return { task: null, reason: 'FULL' as const };
  const best = agent.accepts === 'none' ? undefined : bestTaskFor(draft, agent);
  if (best === undefined) return { task: null, reason: 'EMPTY' as const };
  return { task: startTask(draft, assigned(best, agent.id, context), context) };
}

export const decideProgress: DecisionOf<'task.progress'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['in_progress']);
  if (isRefusal(task)) return task;
  // Whoever says nothing only asks whether the attempt still stands.
  if (input.progress === undefined && input.activity === undefined) return { task };
  const progress = input.progress ?? task.progress;
  noteEvidence(draft, context.actor, context.at);
  return {
    task: draft.put({
      ...task,
      progress,
      progressAt: context.at,
      activity: input.activity ?? task.activity,
      ...eta(task, progress, context.at),
    }),
  };
};

/** From the pace of this attempt once there is something to go by, else from the creator's estimate. */
function eta(task: TaskRecord, progress: number, at: number): Pick<TaskRecord, 'etaAt' | 'etaBasis'> {
  const elapsed = at - (task.startedAt ?? at);
  const made = progress - (task.attempts.at(-1)?.fromProgress ?? 0);
  if (made >= 10 && progress < 100 && elapsed > 0)
    return { etaAt: Math.round(at + (elapsed * (100 - progress)) / made), etaBasis: 'progress' };
  return { etaAt: task.etaAt, etaBasis: task.etaBasis };
}

export const decideComplete: DecisionOf<'task.complete'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['in_progress']);
  if (isRefusal(task)) return task;
  const done = task.review
    ? submit(draft, task, input.result, context)
    : complete(draft, withResult(draft, endAttempt(draft, task, 'completed', context), input.result, context), {
        context,
      });
  if (input.next !== true) return { task: done };
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const { task: next, reason } = takeNext(draft, agent, context);
  return { task: done, next, ...(reason !== undefined && { reason }) };
};

const withResult = (draft: Draft, task: TaskRecord, result: TaskResult | undefined, context: Context): TaskRecord =>
  result === undefined ? task : withBody(draft, task, 'result', { text: JSON.stringify(result), context });

interface Completion {
  /** What the reviewer said of it. */
  note?: string | undefined;
  context: Context;
}

function complete(draft: Draft, task: TaskRecord, { note, context }: Completion): TaskRecord {
  const done = finishTask(
    draft,
    { ...task, progress: 100, progressAt: context.at, losses: 0 },
    { status: 'completed', reason: note },
    context,
  );
  const agent = task.assignee === null ? undefined : draft.get('agent', task.assignee);
  if (agent !== undefined) {
    const done = withDone(scored(draft, agent, pointsOf(task, agent.id, context.at)), 1, context.at);
    draft.put({ ...done, recentFolders: recentFolders(task, agent.recentFolders), evidenceAt: context.at });
  }
  return done;
}

function submit(draft: Draft, task: TaskRecord, result: TaskResult | undefined, context: Context): TaskRecord {
  const ended = withResult(draft, endAttempt(draft, task, 'submitted', context), result, context);
  return draft.put({ ...ended, status: 'needs_review', progress: 100, progressAt: context.at, losses: 0 });
}

export const decideSubmit: DecisionOf<'task.submit'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['in_progress']);
  return isRefusal(task) ? task : { task: submit(draft, task, input.result, context) };
};

function reviewable(draft: Draft, taskId: string, context: Context): TaskRecord | Refusal {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (task.assignee === context.actor) return refuse('FORBIDDEN', `${taskId} is yours; somebody else reviews it.`);
  if (task.status !== 'needs_review')
    return refuse('INVALID_STATE', `${taskId} is ${task.status}; only a task that was handed in can be reviewed.`);
  return task;
}

export const decideAccept: DecisionOf<'task.accept'> = (draft, { taskId, note }, context) => {
  const task = reviewable(draft, taskId, context);
  return isRefusal(task) ? task : { task: complete(draft, task, { note, context }) };
};

export const decideReject: DecisionOf<'task.reject'> = (draft, { taskId, reason }, context) => {
  const task = reviewable(draft, taskId, context);
  if (isRefusal(task)) return task;
  if (task.assignee !== null) countFailure(draft, task.assignee);
  return { task: requeue(draft, { ...task, reason, progress: 0 }) };
};

export const decideFail: DecisionOf<'task.fail'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['in_progress', 'pending']);
  if (isRefusal(task)) return task;
  const failures = task.failures + 1;
  countFailure(draft, context.actor);
  const ended = {
    ...withLog(draft, endAttempt(draft, task, 'failed', context), input.log, context),
    failures,
    losses: 0,
    assignee: null,
  };
  if (failures >= task.maxAttempts) {
    raiseAlarm(draft, context, {
      code: 'RETRY_OUT',
      subject: { kind: 'task', id: task.id },
      summary: `${task.id} ${task.title} failed ${failures} of ${task.maxAttempts} times: ${input.reason.slice(0, 200)}`,
    });
    return { task: finishTask(draft, ended, { status: 'failed', reason: input.reason }, context) };
  }
  return {
    task: draft.put(
      gate(draft, {
        ...ended,
        status: 'pending',
        reason: input.reason,
        startedAt: undefined,
        notBeforeClock: context.clock + backoffMs(task.id, failures) + CLOCK_MARGIN_MS,
      }),
    ),
  };
};

const withLog = (draft: Draft, task: TaskRecord, log: string | undefined, context: Context): TaskRecord =>
  log === undefined ? task : withBody(draft, task, 'log', { text: log, context });

export const decideBlock: DecisionOf<'task.block'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['in_progress']);
  if (isRefusal(task)) return task;
  return {
    task: draft.put({
      ...endAttempt(draft, task, 'blocked', context),
      status: 'blocked',
      assignee: null,
      reason: input.reason,
    }),
  };
};

export const decideCheckpointSave: DecisionOf<'checkpoint.save'> = (draft, input, context) => {
  const task = ownTask(draft, input, context, ['in_progress']);
  if (isRefusal(task)) return task;
  const data = input.data ?? null;
  noteEvidence(draft, context.actor, context.at);
  if (task.bodies.checkpoint !== undefined) draft.remove('body', task.bodies.checkpoint);
  const body = draft.put({ kind: 'body', id: `${task.id}.checkpoint.${context.seq}`, data });
  const checkpoint = {
    ...(input.note !== undefined && { note: input.note }),
    at: context.at,
    bytes: utf8Bytes(JSON.stringify(data)),
    attempt: task.attempt,
  };
  checkpointSaved(draft, task.id, context);
  return { task: draft.put({ ...task, checkpoint, bodies: { ...task.bodies, checkpoint: body.id } }) };
};

import type { ParsedInput } from '@signalbox/shared/commands';
import { isRefusal, refuse } from '@signalbox/shared/errors';
import { isFinished, type TaskRecord } from '@signalbox/shared/records/task';
import { clearAlarm } from './alarms.ts';
import type { Context, DecisionOf } from './decision.ts';
import { cycleOf, missingDependency, pathTo } from './dependencies.ts';
import { nextId } from './numbers.ts';
import { assignTask, dependencyWait, endAttempt, finishTask, gate, gateDependents, requeue } from './task-state.ts';
import type { Draft } from './view.ts';

export const findTask = (draft: Draft, taskId: string) =>
  draft.get('task', taskId) ?? refuse('NOT_FOUND', `There is no task ${taskId} in this project.`);

type Fields = ParsedInput<'task.create'>;

function newTask(draft: Draft, { description, ...fields }: Fields, context: Context): TaskRecord {
  const task: TaskRecord = {
    kind: 'task',
    id: nextId(draft, 'T'),
    rev: 0,
    title: fields.title,
    type: fields.type ?? 'task',
    priority: fields.priority ?? 3,
    dependencies: [...new Set(fields.dependencies)],
    files: fields.files ?? [],
    requires: fields.requires ?? [],
    estimatedMinutes: fields.estimatedMinutes ?? null,
    review: fields.review ?? false,
    status: 'pending',
    assignee: null,
    attempt: 0,
    failures: 0,
    losses: 0,
    maxAttempts: fields.maxAttempts ?? 3,
    progress: 0,
    createdBy: context.actor,
    createdAt: context.at,
    attempts: [],
    bodies: {},
  };
  return description === undefined ? task : withBody(draft, task, 'description', { text: description, context });
}

/** The task with another text. Bodies are written once: the new one is a new record, and the old one goes. */
export function withBody(
  draft: Draft,
  task: TaskRecord,
  name: 'description' | 'result' | 'log',
  { text, context }: { text: string; context: Context },
): TaskRecord {
  const old = task.bodies[name];
  if (old !== undefined) draft.remove('body', old);
  const body = draft.put({ kind: 'body', id: `${task.id}.${name}.${context.seq}`, text });
  return { ...task, bodies: { ...task.bodies, [name]: body.id } };
}

export const decideCreate: DecisionOf<'task.create'> = (draft, fields, context) => {
  const missing = missingDependency(draft, fields.dependencies ?? []);
  if (missing !== undefined) return missing;
  return { task: draft.put(gate(draft, newTask(draft, fields, context))) };
};

export const decideCreateMany: DecisionOf<'task.createMany'> = (draft, { tasks }, context) => {
  const keys = new Map<string, number>();
  for (const [at, { key }] of tasks.entries()) {
    if (key === undefined) continue;
    if (keys.has(key))
      return refuse('BAD_INPUT', `tasks.${at}.key: ${key} is used twice.`, { details: { field: `tasks.${at}.key` } });
    keys.set(key, at);
  }
  const cycle = cycleOf(tasks.map(({ dependencies = [] }) => dependencies.flatMap((name) => keys.get(name) ?? [])));
  if (cycle !== undefined) {
    const names = cycle.map((at) => tasks[at]?.key ?? '');
    return refuse('CYCLE', `The tasks depend on each other in a circle: ${names.join(' → ')}.`, {
      details: { cycle: names },
    });
  }
  const named = new Map<string, TaskRecord>();
  for (const [at, { dependencies = [] }] of tasks.entries()) {
    const missing = dependencies.find((name) => !keys.has(name) && draft.get('task', name) === undefined);
    if (missing !== undefined)
      return refuse(
        'BAD_INPUT',
        `tasks.${at}.dependencies: ${missing} is neither a key of this plan nor a task of the project.`,
        { details: { field: `tasks.${at}.dependencies` } },
      );
  }
  const made = tasks.map(({ key, dependencies: _, ...fields }) => {
    const task = newTask(draft, fields, context);
    if (key !== undefined) named.set(key, task);
    return task;
  });
  return {
    tasks: made.map((task, at) => {
      const dependencies = (tasks[at]?.dependencies ?? []).map((name) => named.get(name)?.id ?? name);
      return draft.put(gate(draft, { ...task, dependencies: [...new Set(dependencies)] }));
    }),
  };
};

export const decideUpdate: DecisionOf<'task.update'> = (
  draft,
  { taskId, description, dependencies, ...fields },
  context,
) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (isFinished(task.status))
    return refuse('INVALID_STATE', `${taskId} is ${task.status}; create a new task or retry this one.`);
  // Who is to do it does not decide how well it is looked at, nor how often it may be tried.
  const asAWhole = fields.review !== undefined || fields.maxAttempts !== undefined;
  const forbidden = asAWhole ? mayManage(task, context) : undefined;
  if (forbidden !== undefined) return forbidden;
  const changed: TaskRecord =
    description === undefined ? { ...task } : withBody(draft, task, 'description', { text: description, context });
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) Object.assign(changed, { [key]: value });
  // Other files, other locks: what it waits for is found out anew.
  if (fields.files !== undefined && changed.waiting?.code === 'LOCK') changed.waiting = undefined;
  if (dependencies === undefined) return { task: draft.put(changed) };
  const missing = missingDependency(draft, dependencies);
  if (missing !== undefined) return missing;
  const cycle = pathTo(draft, taskId, dependencies);
  if (cycle !== undefined)
    return refuse('CYCLE', `${taskId} would depend on itself: ${cycle.join(' → ')}.`, { details: { cycle } });
  return rewire(draft, { ...changed, dependencies: [...new Set(dependencies)] }, context);
};

/** The task with other dependencies: no task starts before they are complete, whenever they were named. */
function rewire(draft: Draft, task: TaskRecord, context: Context) {
  const open = dependencyWait(draft, task);
  if (open !== undefined && (task.status === 'in_progress' || task.status === 'needs_review'))
    return refuse(
      'INVALID_STATE',
      `${task.id} has been started and ${open.on} is not completed; take it back with task.assign first.`,
    );
  if (task.status === 'pending' && task.assignee !== null) {
    if (open === undefined) return { task: draft.put(task) };
    const forbidden = context.actor === task.assignee ? undefined : mayManage(task, context);
    if (forbidden !== undefined) return forbidden;
    return { task: draft.put(gate(draft, { ...endAttempt(draft, task, 'reassigned', context), assignee: null })) };
  }
  const gated = task.status === 'pending' || task.waiting?.code === 'DEPENDENCY';
  return { task: draft.put(gated ? gate(draft, task) : task) };
}

/** Creator and operators decide about a task as a whole. */
const mayManage = (task: TaskRecord, context: Context) =>
  context.caller.kind === 'person' || context.actor === task.createdBy
    ? undefined
    : refuse('FORBIDDEN', `${task.id} was created by ${task.createdBy}; only its creator or an operator may do this.`);

export const decideCancel: DecisionOf<'task.cancel'> = (draft, { taskId, reason }, context) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  const forbidden = mayManage(task, context);
  if (forbidden !== undefined) return forbidden;
  if (task.status === 'completed' || task.status === 'cancelled')
    return refuse('INVALID_STATE', `${taskId} is ${task.status} already.`);
  clearAlarm(draft, 'RETRY_OUT', taskId);
  const ended = endAttempt(draft, task, 'cancelled', context);
  return { task: finishTask(draft, { ...ended, assignee: null }, { status: 'cancelled', reason }, context) };
};

export const decideAssign: DecisionOf<'task.assign'> = (draft, { taskId, agentId }, context) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  const forbidden = mayManage(task, context);
  if (forbidden !== undefined) return forbidden;
  if (task.status !== 'pending' && task.status !== 'in_progress')
    return refuse(
      'INVALID_STATE',
      `${taskId} is ${task.status}; only a pending or running task can be given to somebody.`,
    );
  if (task.waiting?.code === 'DEPENDENCY')
    return refuse(
      'INVALID_STATE',
      `${taskId} waits for ${task.waiting.on}; it can be assigned when that is completed.`,
    );
  if (agentId !== null) {
    const agent = draft.get('agent', agentId);
    if (agent === undefined || agent.state === 'left')
      return refuse('NOT_FOUND', `There is no agent ${agentId} in this project.`);
    if (agent.accepts === 'none') return refuse('INVALID_STATE', `${agentId} does not take tasks.`);
    if (task.assignee === agentId) return { task };
    if (agent.presence === 'lost')
      return refuse(
        'INVALID_STATE',
        `${agentId} is lost and would not hear of it; choose another agent, or wait until it is back.`,
      );
    if (agent.draining === true)
      return refuse(
        'INVALID_STATE',
        `${agentId} is draining and takes no new task; resume it, or choose another agent.`,
      );
  }
  const free = task.assignee === null ? task : requeue(draft, endAttempt(draft, task, 'reassigned', context));
  const ready = gate(draft, { ...free, notBeforeClock: undefined });
  return { task: agentId === null ? draft.put(ready) : assignTask(draft, ready, agentId, context) };
};

export const decideRetry: DecisionOf<'task.retry'> = (draft, { taskId }, context) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (task.status !== 'failed' && task.status !== 'cancelled' && task.status !== 'blocked')
    return refuse(
      'INVALID_STATE',
      `${taskId} is ${task.status}; only a failed, cancelled or blocked task can be retried.`,
    );
  return { task: reopen(draft, { ...task, failures: 0 }, context) };
};

export const decideUnblock: DecisionOf<'task.unblock'> = (draft, { taskId }, context) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (task.status !== 'blocked') return refuse('INVALID_STATE', `${taskId} is ${task.status}, not blocked.`);
  return { task: reopen(draft, task, context) };
};

function reopen(draft: Draft, { dependencies: named, ...rest }: TaskRecord, context: Context): TaskRecord {
  // Those that are gone were over before everything that waited for them.
  const task = { ...rest, dependencies: named.filter((id) => draft.get('task', id) !== undefined) };
  clearAlarm(draft, 'RETRY_OUT', task.id);
  clearAlarm(draft, 'LOST_AGENTS', task.id);
  const reopened = draft.put(
    gate(draft, { ...task, losses: 0, assignee: null, finishedAt: undefined, startedAt: undefined }),
  );
  return gateDependents(draft, reopened, context);
}

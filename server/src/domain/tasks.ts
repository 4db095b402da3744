import type { ParsedInput } from '@signalbox/shared/commands';
import { isRefusal, refuse } from '@signalbox/shared/errors';
import { isFinished, type TaskRecord } from '@signalbox/shared/records/task';
import { clearAlarm } from './alarms.ts';
import type { Context, DecisionOf } from './decision.ts';
import { nextId } from './numbers.ts';
import { assignTask, endAttempt, finishTask, gate, gateDependents, requeue } from './task-state.ts';
import type { Draft } from './view.ts';

export const findTask = (draft: Draft, taskId: string) =>
  draft.get('task', taskId) ?? refuse('NOT_FOUND', `There is no task ${taskId} in this project.`);

type Fields = ParsedInput<'task.create'>;

function newTask(draft: Draft, fields: Fields, context: Context): TaskRecord {
  const id = nextId(draft, 'T');
  return {
    kind: 'task',
    id,
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
    bodies:
      fields.description === undefined
        ? {}
        : { description: putBody(draft, `${id}.description`, context, fields.description) },
  };
}

/** Bodies are written once: a new text is a new record. */
export function putBody(draft: Draft, name: string, context: Context, text: string): string {
  return draft.put({ kind: 'body', id: `${name}.${context.seq}`, text }).id;
}

function missingDependency(draft: Draft, dependencies: readonly string[]) {
  const missing = dependencies.find((id) => draft.get('task', id) === undefined);
  return missing === undefined
    ? undefined
    : refuse('BAD_INPUT', `dependencies: there is no task ${missing} in this project.`, {
        details: { field: 'dependencies' },
      });
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
  const made = tasks.map(({ key: _, ...fields }) => newTask(draft, { ...fields, dependencies: [] }, context));
  for (const [at, task] of made.entries()) {
    const dependencies = (tasks[at]?.dependencies ?? []).map((name) => made[keys.get(name) ?? -1]?.id ?? name);
    const missing = dependencies.find(
      (id) => draft.get('task', id) === undefined && !made.some((other) => other.id === id),
    );
    if (missing !== undefined)
      return refuse(
        'BAD_INPUT',
        `tasks.${at}.dependencies: ${missing} is neither a key of this plan nor a task of the project.`,
        { details: { field: `tasks.${at}.dependencies` } },
      );
    draft.put({ ...task, dependencies: [...new Set(dependencies)] });
  }
  return { tasks: made.map(({ id, ...task }) => draft.put(gate(draft, draft.get('task', id) ?? { id, ...task }))) };
};

/** A cycle in the graph `edges[from] = [to …]`, as a closed walk of node numbers. Iterative: plans may be long chains. */
function cycleOf(edges: readonly (readonly number[])[]): number[] | undefined {
  const state = new Array<'open' | 'done' | undefined>(edges.length);
  for (const root of edges.keys()) {
    const walk: { node: number; next: number }[] = state[root] === undefined ? [{ node: root, next: 0 }] : [];
    while (walk.length > 0) {
      const top = walk.at(-1);
      if (top === undefined) break;
      state[top.node] = 'open';
      const to = edges[top.node]?.[top.next++];
      if (to === undefined) {
        state[top.node] = 'done';
        walk.pop();
      } else if (state[to] === 'open') {
        const nodes = walk.map(({ node }) => node);
        return [...nodes.slice(nodes.indexOf(to)), to];
      } else if (state[to] === undefined) walk.push({ node: to, next: 0 });
    }
  }
  return undefined;
}

export const decideUpdate: DecisionOf<'task.update'> = (
  draft,
  { taskId, description, dependencies, ...fields },
  context,
) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (isFinished(task.status))
    return refuse('INVALID_STATE', `${taskId} is ${task.status}; create a new task or retry this one.`);
  const changed: TaskRecord = { ...task };
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) Object.assign(changed, { [key]: value });
  if (description !== undefined) {
    if (task.bodies.description !== undefined) draft.remove('body', task.bodies.description);
    changed.bodies = { ...task.bodies, description: putBody(draft, `${taskId}.description`, context, description) };
  }
  if (dependencies === undefined) return { task: draft.put(changed) };
  const missing = missingDependency(draft, dependencies);
  if (missing !== undefined) return missing;
  const cycle = pathTo(draft, taskId, dependencies);
  if (cycle !== undefined)
    return refuse('CYCLE', `${taskId} would depend on itself: ${cycle.join(' → ')}.`, { details: { cycle } });
  const rewired = { ...changed, dependencies: [...new Set(dependencies)] };
  const gated = task.waiting?.code === 'DEPENDENCY' || (task.status === 'pending' && task.assignee === null);
  return { task: draft.put(gated ? gate(draft, rewired) : rewired) };
};

/** A way from `taskId` over the given dependencies back to it. */
function pathTo(draft: Draft, taskId: string, dependencies: readonly string[]): string[] | undefined {
  const cameFrom = new Map<string, string>(dependencies.map((id) => [id, taskId]));
  const open = [...dependencies];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === taskId) {
      const path = [taskId];
      for (let step = cameFrom.get(taskId); step !== undefined && step !== taskId; step = cameFrom.get(step))
        path.unshift(step);
      return [taskId, ...path];
    }
    for (const dependency of draft.get('task', id)?.dependencies ?? [])
      if (!cameFrom.has(dependency)) {
        cameFrom.set(dependency, id);
        open.push(dependency);
      }
  }
  return undefined;
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
  }
  const free = task.assignee === null ? task : requeue(draft, endAttempt(draft, task, 'reassigned', context));
  const ready = { ...free, notBeforeClock: undefined };
  return { task: agentId === null ? draft.put(ready) : assignTask(draft, ready, agentId, context) };
};

export const decideRetry: DecisionOf<'task.retry'> = (draft, { taskId }) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (task.status !== 'failed' && task.status !== 'cancelled' && task.status !== 'blocked')
    return refuse(
      'INVALID_STATE',
      `${taskId} is ${task.status}; only a failed, cancelled or blocked task can be retried.`,
    );
  return { task: reopen(draft, { ...task, failures: 0 }) };
};

export const decideUnblock: DecisionOf<'task.unblock'> = (draft, { taskId }) => {
  const task = findTask(draft, taskId);
  if (isRefusal(task)) return task;
  if (task.status !== 'blocked') return refuse('INVALID_STATE', `${taskId} is ${task.status}, not blocked.`);
  return { task: reopen(draft, task) };
};

function reopen(draft: Draft, task: TaskRecord): TaskRecord {
  clearAlarm(draft, 'RETRY_OUT', task.id);
  clearAlarm(draft, 'LOST_AGENTS', task.id);
  const reopened = draft.put(
    gate(draft, { ...task, losses: 0, assignee: null, finishedAt: undefined, startedAt: undefined }),
  );
  gateDependents(draft, task.id);
  return reopened;
}

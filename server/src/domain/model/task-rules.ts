import assert from 'node:assert/strict';
import type { ErrorCode } from '@signalbox/shared/errors';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { isPerson, type Rule } from './rule.ts';
import { backInLine, bestFor, complete, endAttempt, give, start, statusOf, tasksOf, waitsFor } from './task-life.ts';
import { type Agent, known, type Stage, type Task, type World } from './world.ts';

interface Fields {
  dependencies?: string[] | undefined;
  files?: string[] | undefined;
  requires?: string[] | undefined;
  priority?: number | undefined;
  maxAttempts?: number | undefined;
  review?: boolean | undefined;
}

function make(world: World, record: TaskRecord, createdBy: string, fields: Fields): void {
  assert(!world.tasks.has(record.id), `${record.id} is in use`);
  world.tasks.set(record.id, {
    id: record.id,
    stage: 'open',
    assignee: null,
    attempt: 0,
    failures: 0,
    losses: 0,
    maxAttempts: fields.maxAttempts ?? 3,
    review: fields.review ?? false,
    priority: fields.priority ?? 3,
    requires: fields.requires ?? [],
    files: fields.files ?? [],
    dependencies: fields.dependencies ?? [],
    createdBy,
    createdAt: world.clock,
    startBy: undefined,
    notBefore: undefined,
  });
}

/** [TK1] */
const create: Rule<'task.create'> = (world, actor, fields) => {
  if (fields.dependencies?.some((id) => !world.tasks.has(id)) === true) return 'BAD_INPUT';
  return ({ task }) => make(world, task, actor, fields);
};

/** [TK2]: keys in the plan are numbers, and a task names the ones it depends on. */
const createMany: Rule<'task.createMany'> = (world, actor, { tasks }) => {
  const dependsOn = (at: number): number[] =>
    (tasks[at]?.dependencies ?? []).flatMap((name) => {
      const to = tasks.findIndex(({ key }) => key === name);
      return to === -1 ? [] : [to];
    });
  const reaches = (at: number, target: number, steps: number): boolean =>
    steps > 0 && dependsOn(at).some((next) => next === target || reaches(next, target, steps - 1));
  if (tasks.some((_, at) => reaches(at, at, tasks.length))) return 'CYCLE';
  const isKnown = (name: string): boolean => tasks.some(({ key }) => key === name) || world.tasks.has(name);
  if (tasks.some(({ dependencies = [] }) => !dependencies.every(isKnown))) return 'BAD_INPUT';
  return ({ tasks: made }) => {
    const idOf = (name: string): string => made[tasks.findIndex(({ key }) => key === name)]?.id ?? name;
    for (const [at, fields] of tasks.entries())
      make(world, known(made[at], `task ${at}`), actor, { ...fields, dependencies: fields.dependencies?.map(idOf) });
  };
};

/** [TK5] [TK20] */
const update: Rule<'task.update'> = (world, actor, { taskId, dependencies, priority, requires, files }) => {
  const task = world.tasks.get(taskId);
  if (task === undefined) return 'NOT_FOUND';
  if (['completed', 'failed', 'cancelled'].includes(task.stage)) return 'INVALID_STATE';
  if (dependencies?.some((id) => !world.tasks.has(id)) === true) return 'BAD_INPUT';
  const reaches = (id: string): boolean =>
    id === taskId || (world.tasks.get(id)?.dependencies ?? []).some((next) => reaches(next));
  if (dependencies?.some(reaches) === true) return 'CYCLE';
  const open = waitsFor(world, { ...task, dependencies: dependencies ?? task.dependencies }).length > 0;
  if (open && (task.stage === 'in_progress' || task.stage === 'needs_review')) return 'INVALID_STATE';
  const takesAway = open && task.stage === 'assigned' && task.assignee !== actor;
  if (takesAway && typeof managed(world, actor, taskId) === 'string') return 'FORBIDDEN';
  return () => {
    task.dependencies = dependencies ?? task.dependencies;
    task.priority = priority ?? task.priority;
    task.requires = requires ?? task.requires;
    task.files = files ?? task.files;
    if (open && task.stage === 'assigned') backInLine(world, task);
  };
};

/** [TK10] */
function own(
  world: World,
  actor: string,
  input: { taskId: string; attempt: number },
  stages: Stage[],
): Task | ErrorCode {
  const task = world.tasks.get(input.taskId);
  if (task === undefined) return 'NOT_FOUND';
  if (input.attempt > task.attempt) return 'BAD_INPUT';
  if (input.attempt < task.attempt || task.assignee === null) return 'STALE_ATTEMPT';
  if (task.assignee !== actor) return 'FORBIDDEN';
  return stages.includes(task.stage) ? task : 'INVALID_STATE';
}

/** [TK9] */
function whyNot(
  agent: Agent,
  { assigned, best, isFull }: { assigned: Task | undefined; best: Task | undefined; isFull: boolean },
) {
  if (agent.paused) return 'PAUSED';
  if (agent.draining) return 'DRAINING';
  if (assigned !== undefined) return undefined;
  if (isFull) return 'FULL';
  return best === undefined ? 'EMPTY' : undefined;
}

/** [TK9] [AS4] */
function takeNext(
  world: World,
  actor: string,
  reply: { task: TaskRecord | null | undefined; reason?: string | undefined },
) {
  const agent = known(world.agents.get(actor), actor);
  const had = tasksOf(world, actor);
  const assigned = had.find(({ stage }) => stage === 'assigned');
  const best = agent.accepts === 'none' ? undefined : bestFor(world, agent);
  const reason = whyNot(agent, { assigned, best, isFull: had.length >= agent.maxTasks });
  const next = reason === undefined ? (assigned ?? best) : undefined;
  assert.deepEqual({ task: reply.task?.id, reason: reply.reason }, { task: next?.id, reason });
  if (next === undefined) return;
  if (next !== assigned) give(world, next, actor);
  start(next);
}

const next: Rule<'task.next'> = (world, actor) => (reply) => takeNext(world, actor, reply);

const begin: Rule<'task.start'> = (world, actor, input) => {
  const task = own(world, actor, input, ['assigned', 'in_progress']);
  return typeof task === 'string' ? task : () => start(task);
};

const progress: Rule<'task.progress'> = (world, actor, input) => {
  const task = own(world, actor, input, ['in_progress']);
  return typeof task === 'string' ? task : () => {};
};

function handIn(world: World, task: Task): void {
  endAttempt(world, task);
  task.stage = 'needs_review';
  task.losses = 0;
}

/** [TK13] */
const finish: Rule<'task.complete'> = (world, actor, input) => {
  const task = own(world, actor, input, ['in_progress']);
  if (typeof task === 'string') return task;
  return (reply) => {
    if (task.review) handIn(world, task);
    else {
      endAttempt(world, task);
      complete(task);
    }
    if (input.next === true) takeNext(world, actor, { task: reply.next, reason: reply.reason });
  };
};

const BACKOFF_MS = 2_000;

/** [TK14] */
const fail: Rule<'task.fail'> = (world, actor, input) => {
  const task = own(world, actor, input, ['assigned', 'in_progress']);
  if (typeof task === 'string') return task;
  return (reply) => {
    backInLine(world, task);
    task.failures++;
    task.losses = 0;
    if (task.failures >= task.maxAttempts) {
      task.stage = 'failed';
      return;
    }
    const expected = BACKOFF_MS * 2 ** (task.failures - 1);
    const waits = known(reply.task.notBeforeClock, 'backoff') - 750 - world.clock;
    assert(waits >= expected * 0.75 && waits <= expected * 1.25, `${task.id} is tried again after ${waits} ms`);
    task.notBefore = world.clock + waits;
  };
};

/** [TK15] */
const block: Rule<'task.block'> = (world, actor, input) => {
  const task = own(world, actor, input, ['in_progress']);
  if (typeof task === 'string') return task;
  return () => {
    backInLine(world, task);
    task.stage = 'blocked';
  };
};

const submit: Rule<'task.submit'> = (world, actor, input) => {
  const task = own(world, actor, input, ['in_progress']);
  return typeof task === 'string' ? task : () => handIn(world, task);
};

/** [TK16] */
function reviewed(world: World, actor: string, taskId: string): Task | ErrorCode {
  const task = world.tasks.get(taskId);
  if (task === undefined) return 'NOT_FOUND';
  if (task.assignee === actor) return 'FORBIDDEN';
  return task.stage === 'needs_review' ? task : 'INVALID_STATE';
}

const accept: Rule<'task.accept'> = (world, actor, { taskId }) => {
  const task = reviewed(world, actor, taskId);
  return typeof task === 'string' ? task : () => complete(task);
};

const reject: Rule<'task.reject'> = (world, actor, { taskId }) => {
  const task = reviewed(world, actor, taskId);
  return typeof task === 'string' ? task : () => backInLine(world, task);
};

/** [TK6]: whoever made it, and people. */
const managed = (world: World, actor: string, taskId: string): Task | ErrorCode => {
  const task = world.tasks.get(taskId);
  if (task === undefined) return 'NOT_FOUND';
  return isPerson(actor) || task.createdBy === actor ? task : 'FORBIDDEN';
};

const cancel: Rule<'task.cancel'> = (world, actor, { taskId }) => {
  const task = managed(world, actor, taskId);
  if (typeof task === 'string') return task;
  if (task.stage === 'completed' || task.stage === 'cancelled') return 'INVALID_STATE';
  return () => {
    backInLine(world, task);
    task.stage = 'cancelled';
    task.notBefore = undefined;
  };
};

/** [TK7] */
const assign: Rule<'task.assign'> = (world, actor, { taskId, agentId }) => {
  const task = managed(world, actor, taskId);
  if (typeof task === 'string') return task;
  if (!['open', 'assigned', 'in_progress'].includes(task.stage) || waitsFor(world, task).length > 0)
    return 'INVALID_STATE';
  const agent = agentId === null ? undefined : world.agents.get(agentId);
  if (agentId !== null && (agent === undefined || agent.presence === 'left')) return 'NOT_FOUND';
  const takesNothing = agent?.draining === true || agent?.presence === 'lost';
  if (agent?.accepts === 'none' || (takesNothing && task.assignee !== agentId)) return 'INVALID_STATE';
  return () => {
    if (agentId !== null && task.assignee === agentId) return;
    backInLine(world, task);
    task.notBefore = undefined;
    if (agentId !== null) give(world, task, agentId);
  };
};

/** [TK8] */
function reopen(task: Task): void {
  task.stage = 'open';
  task.losses = 0;
}

const retry: Rule<'task.retry'> = (world, _actor, { taskId }) => {
  const task = world.tasks.get(taskId);
  if (task === undefined) return 'NOT_FOUND';
  if (!['failed', 'cancelled', 'blocked'].includes(statusOf(world, task))) return 'INVALID_STATE';
  return () => {
    reopen(task);
    task.failures = 0;
  };
};

const unblock: Rule<'task.unblock'> = (world, _actor, { taskId }) => {
  const task = world.tasks.get(taskId);
  if (task === undefined) return 'NOT_FOUND';
  return statusOf(world, task) === 'blocked' ? () => reopen(task) : 'INVALID_STATE';
};

export const TASK_RULES = {
  'task.create': create,
  'task.createMany': createMany,
  'task.update': update,
  'task.next': next,
  'task.start': begin,
  'task.progress': progress,
  'task.complete': finish,
  'task.fail': fail,
  'task.block': block,
  'task.submit': submit,
  'task.accept': accept,
  'task.reject': reject,
  'task.cancel': cancel,
  'task.assign': assign,
  'task.retry': retry,
  'task.unblock': unblock,
};

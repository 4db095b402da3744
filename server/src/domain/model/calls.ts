import type { CommandInput } from '@signalbox/shared/commands';
import type { ModelCommand } from './rules.ts';
import { tasksOf } from './task-life.ts';
import { byNumber, type Claim, type Stage, type Task, type World } from './world.ts';

export const CAST = ['alice', 'bob', 'carol'] as const;
export const KIM = 'human:kim';
const PATHS = [['a'], ['b'], ['a', 'b'], ['src/x'], ['src/y'], ['src/'], ['src/x', 'a'], ['b', 'src/']];
const STATES = ['read', 'acknowledged', 'done', 'failed', 'declined'] as const;

export interface Call {
  actor: string;
  name: ModelCommand;
  input: unknown;
}

/** Numbers that mean something only beside what is there: so a shorter sequence still means something. */
export interface Pick {
  who: number;
  n: number;
  m: number;
}

const call = <N extends ModelCommand>(actor: string, name: N, input: CommandInput<N>): Call => ({ actor, name, input });
export const at = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const ids = (records: Iterable<{ id: string }>): string[] => [...records].sort(byNumber).map(({ id }) => id);
/** One in four picks any, whether it is one to act on or not. */
const own = (mine: string[], all: string[], n: number): string | undefined => at(n % 4 === 3 ? all : mine, n);

export function makeCall(world: World, kind: CallKind, { who, n, m }: Pick): Call | undefined {
  return CALLS[kind](world, at(CAST, who) ?? '', n, m);
}

type Make = (world: World, actor: string, n: number, m: number) => Call | undefined;

const stagesOf = (world: World, stages: readonly Stage[]): string[] =>
  ids([...world.tasks.values()].filter(({ stage }) => stages.includes(stage)));

/** Whoever has a task says so, under the attempt it was given; now and then somebody else, an older or one to come. */
const attempted =
  (make: (claimed: { taskId: string; attempt: number }, actor: string, m: number) => Call): Make =>
  (world, actor, n, m) => {
    const underWay = stagesOf(world, ['assigned', 'in_progress']);
    const task = world.tasks.get(own(underWay, ids(world.tasks.values()), n) ?? '');
    const shift = m % 8 === 6 ? -1 : m % 8 === 7 ? 1 : 0;
    const claimed = task && { taskId: task.id, attempt: Math.max(0, task.attempt + shift) };
    return claimed && make(claimed, m % 7 === 6 ? actor : (task.assignee ?? actor), m);
  };

/** Mostly in one of the stages it is made for. */
const managed =
  (make: (task: Task, actor: string, m: number) => Call, ...stages: Stage[]): Make =>
  (world, actor, n, m) => {
    const all = ids(world.tasks.values());
    const task = world.tasks.get(own(stages.length === 0 ? all : stagesOf(world, stages), all, n) ?? '');
    return task && make(task, m % 3 === 0 ? KIM : actor, m);
  };

function fenceOf(claim: Claim, m: number): { fence?: string } {
  if (claim.fence === undefined) return {};
  const [epoch, seq] = claim.fence.split('.').map(Number);
  const shift = m % 6 === 4 ? -1 : m % 6 === 5 ? 1 : 0;
  return { fence: `${epoch}.${(seq ?? 0) + shift}` };
}

const locked =
  (make: (claim: Claim, actor: string, m: number) => Call): Make =>
  (world, actor, n, m) => {
    const mine = [...world.claims.values()].filter(({ agentId }) => agentId === actor);
    const claim = world.claims.get(own(ids(mine), ids(world.claims.values()), n) ?? '');
    return claim && make(claim, actor, m);
  };

const claiming =
  (waits: boolean): Make =>
  (world, actor, n, m) => {
    const task = m % 3 === 0 ? at(tasksOf(world, actor), n) : undefined;
    return call(actor, 'lock.claim', {
      paths: at(PATHS, n) ?? [],
      ...(m % 4 === 1 && { mode: 'shared' }),
      ...(m % 5 === 1 && { ttlMs: 10_000 }),
      ...(waits && { waitMs: m % 2 === 0 ? 100_000 : 10_000 }),
      ...(task && { taskId: task.id }),
    });
  };

const fieldsFrom = (world: World, n: number, m: number) => ({
  title: 'x',
  priority: (n % 4) + 1,
  ...(m % 3 === 0 && { files: at(PATHS, n) ?? [] }),
  ...(m % 4 === 3 && { requires: ['sql'] }),
  ...(n % 3 === 2 && { review: true }),
  ...(n % 5 < 2 && { maxAttempts: 1 + (n % 2) }),
  ...(m % 2 === 0 && world.tasks.size > 0 && { dependencies: [at(ids(world.tasks.values()), n) ?? ''] }),
});

const CALLS = {
  heartbeat: (_world, actor) => call(actor, 'agent.heartbeat', {}),
  agentUpdate: (_world, actor, n) => call(actor, 'agent.update', { maxTasks: 1 + (n % 3) }),
  leave: (_world, actor) => call(actor, 'agent.leave', {}),
  evict: (_world, agentId, n) =>
    call(KIM, 'agent.evict', { agentId, reason: 'x', ...(n % 2 === 0 && { releaseLocks: false }) }),
  claim: claiming(false),
  wait: claiming(true),
  renewAll: (_world, actor, n) => call(actor, 'lock.renew', n % 2 === 0 ? {} : { ttlMs: 20_000 }),
  renew: locked((claim, actor, m) =>
    call(actor, 'lock.renew', {
      lockId: claim.id,
      fence: '0.1',
      ...fenceOf(claim, m),
      ...(m % 2 && { ttlMs: 10_000 }),
    }),
  ),
  release: locked((claim, actor, m) => call(actor, 'lock.release', { lockId: claim.id, ...fenceOf(claim, m) })),
  releaseGone: (_world, actor, n) =>
    call(actor, 'lock.release', { lockId: `L-${900 + n}`, ...(n % 2 && { fence: '1.1' }) }),
  transfer: (world, actor, n, m) => {
    const all = [...world.claims.values()];
    const claim = at(m % 9 === 8 ? all : all.filter(({ fence }) => fence !== undefined), n);
    // To somebody who waits, mostly: that is where circles are.
    const line = all.filter(({ fence }) => fence === undefined).map(({ agentId }) => agentId);
    const to = at(m % 4 > 0 && line.length > 0 ? line : CAST, m) ?? '';
    const from = m % 5 === 4 ? KIM : m % 7 === 6 ? actor : claim?.agentId;
    return claim && from
      ? call(from, 'lock.transfer', { lockId: claim.id, fence: '0.1', ...fenceOf(claim, m), to })
      : undefined;
  },
  forceRelease: locked((claim) => call(KIM, 'lock.forceRelease', { lockId: claim.id, reason: 'x' })),
  check: (world, actor, n, m) => {
    const fence = at([...world.claims.values()], m)?.fence;
    return call(actor, 'lock.check', {
      paths: at(PATHS, n) ?? [],
      ...(m % 2 === 0 && fence !== undefined && { fence }),
    });
  },

  create: (world, actor, n, m) => call(m % 5 === 0 ? KIM : actor, 'task.create', fieldsFrom(world, n, m)),
  createLost: (_world, actor) => call(actor, 'task.create', { title: 'x', dependencies: ['T-999'] }),
  plan: (world, actor, n, m) =>
    call(actor, 'task.createMany', {
      tasks: ['x', 'y', 'z'].map((key, index) => ({
        ...fieldsFrom(world, n + index, m),
        key,
        dependencies: [at(['x', 'y', 'z', 'T-1'], n >> index) ?? ''].filter((name) => name !== key || m % 7 === 0),
      })),
    }),
  update: managed(({ id: taskId }, actor, m) => call(actor, 'task.update', { taskId, priority: (m % 4) + 1 })),
  refile: managed(({ id: taskId }, actor, m) => call(actor, 'task.update', { taskId, files: at(PATHS, m) ?? [] })),
  rewire: (world, actor, n, m) => {
    const [taskId, on] = [at(ids(world.tasks.values()), n), at(ids(world.tasks.values()), m)];
    return taskId === undefined || on === undefined
      ? undefined
      : call(actor, 'task.update', { taskId, dependencies: [on] });
  },
  next: (_world, actor) => call(actor, 'task.next', {}),
  start: attempted((claimed, actor) => call(actor, 'task.start', claimed)),
  progress: attempted((claimed, actor, m) => call(actor, 'task.progress', { ...claimed, progress: m * 5 })),
  complete: attempted((claimed, actor, m) =>
    call(actor, 'task.complete', { ...claimed, ...(m % 2 && { next: true }) }),
  ),
  fail: attempted((claimed, actor) => call(actor, 'task.fail', { ...claimed, reason: 'x' })),
  block: attempted((claimed, actor) => call(actor, 'task.block', { ...claimed, reason: 'x' })),
  submit: attempted((claimed, actor) => call(actor, 'task.submit', { ...claimed, result: { summary: 'x' } })),
  accept: managed(({ id: taskId }, actor) => call(actor, 'task.accept', { taskId }), 'needs_review'),
  reject: managed(({ id: taskId }, actor) => call(actor, 'task.reject', { taskId, reason: 'x' }), 'needs_review'),
  cancel: managed(({ id: taskId }, actor) => call(actor, 'task.cancel', { taskId, reason: 'x' })),
  assign: managed(({ id: taskId }, actor, m) =>
    call(actor, 'task.assign', { taskId, agentId: at([null, ...CAST], m) ?? null }),
  ),
  retry: managed(({ id: taskId }, actor) => call(actor, 'task.retry', { taskId }), 'failed', 'cancelled', 'blocked'),
  unblock: managed(({ id: taskId }, actor) => call(actor, 'task.unblock', { taskId }), 'blocked'),

  message: (_world, actor, n, m) => {
    const to = at(['all', 'role:coder', 'capability:sql', 'people', ...CAST], m) ?? 'all';
    const from = n % 4 === 0 ? KIM : actor;
    return to === from ? undefined : call(from, 'message.send', { to, type: 'note', body: 'x' });
  },
  ack: (world, actor, n, m) => {
    const unread = [...world.mail].filter(([, { unread }]) => unread.has(actor)).map(([id]) => id);
    const messageIds = [at(n % 5 === 4 ? [...world.mail.keys()] : unread, n), at(unread, m)].flatMap((id) => id ?? []);
    return messageIds.length === 0 ? undefined : call(actor, 'message.ack', { messageIds });
  },
  order: (_world, actor, n, m) =>
    call(KIM, 'directive.send', {
      to: at([actor, actor, 'all', 'role:coder'], n) ?? actor,
      action: at(['pause', 'resume', 'resume', 'say', 'drain', 'resume'] as const, m) ?? 'say',
      body: 'x',
      ...(n % 3 === 0 && { expiresMs: 10_000 }),
    }),
  receipt: (world, actor, n, m) => {
    const sent = [...world.directives.values()].filter(({ receipts }) => receipts.has(actor));
    const directiveId = at(n % 6 === 5 ? [...world.directives.values()] : sent, n)?.id;
    const state = at(STATES, m) ?? 'read';
    const now = world.directives.get(directiveId ?? '')?.receipts.get(actor);
    // Who has said yes and then says no is not ruled on.
    if (directiveId === undefined || (now === 'acknowledged' && state === 'declined')) return undefined;
    return call(actor, 'directive.receipt', { directiveId, state });
  },
  ask: (_world, actor, n, m) =>
    call(actor, 'question.ask', {
      body: 'x',
      ...(n % 2 === 0 && { default: 'yes' }),
      ...(m % 3 !== 0 && { deadlineMs: 20_000 }),
      ...(m % 4 === 0 && { blocking: true }),
    }),
  answer: (world, _actor, n) => {
    const questionId = at([...world.questions.keys()], n);
    return questionId === undefined ? undefined : call(KIM, 'question.answer', { questionId, body: 'x' });
  },
  withdraw: (world, actor, n) => {
    const questionId = at([...world.questions.keys()], n);
    return questionId === undefined ? undefined : call(actor, 'question.withdraw', { questionId });
  },
} satisfies Record<string, Make>;

export type CallKind = keyof typeof CALLS;

/** How often, beside one: the more interesting the state a command makes, the more often it comes. */
export const WEIGHTS: Record<CallKind, number> = {
  ...Object.fromEntries(Object.keys(CALLS).map((kind) => [kind, 2])),
  ...{
    claim: 5,
    wait: 6,
    release: 4,
    renew: 3,
    transfer: 4,
    create: 6,
    next: 6,
    complete: 4,
    fail: 3,
    rewire: 3,
    assign: 3,
  },
  ...{ leave: 1, evict: 1, createLost: 1, releaseGone: 1, heartbeat: 1 },
} as Record<CallKind, number>;

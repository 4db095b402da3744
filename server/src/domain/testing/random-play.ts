import { isRefusal, type Refusal } from '@signalbox/shared/errors';
import fc from 'fast-check';
import type { ProjectWrite } from '../decisions.ts';
import { decideDelivered } from '../directives.ts';
import { decideForget, PASSING } from '../retention.ts';
import { HUB, type Scene } from './scene.ts';

export const CAST = ['alice', 'bob', 'carol', 'dave'] as const;
const FILES = ['a', 'b', 'src/x', 'src/y'] as const;
const PATTERNS = ['src/**', 'src/*', '**/x', '**'] as const;
export const PATHS = [...FILES, ...PATTERNS] as const;
const KIM = 'human:kim';

/** What each command was answered, over all plays: a test that never gets anywhere proves nothing. */
export class Tally {
  readonly counts = new Map<string, number>();
  add(name: string, reply: unknown): void {
    const key = isRefusal(reply) ? `${name} ${reply.refused.code}` : name;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
}

const who = fc.constantFrom(...CAST);
const anybody = fc.constantFrom(...CAST, KIM);
const pick = fc.nat({ max: 11 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
const some = <T extends string>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 });
const paths = fc.oneof(
  { weight: 5, arbitrary: fc.uniqueArray(fc.constantFrom(...FILES), { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3 }) },
);
/** Mostly the right attempt or fence; now and then one from before or none that ever was. */
const shift = fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1);
const at = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

const play = <T extends object>(
  what: string,
  fields: { [K in keyof T]: fc.Arbitrary<T[K]> },
  run: (scene: Scene, fields: T, tally: Tally) => void,
) => ({ what, fields: fc.record(fields), run }) as { what: string; fields: fc.Arbitrary<T>; run: typeof run };

/** Sends a command, with every field that is undefined left out, as JSON would. */
function send(scene: Scene, tally: Tally, actor: string, name: ProjectWrite, input: object): void {
  const said = JSON.parse(JSON.stringify(input)) as never;
  const reply: object | Refusal = scene.as(actor).attempt(name, said);
  tally.add(name, reply);
}

const taskIds = (scene: Scene) => scene.replica.all('task').map(({ id }) => id);
/** Mostly one of the agent's own, now and then any. */
const ownTask = (scene: Scene, agentId: string, n: number) =>
  at(n % 6 === 5 ? scene.replica.all('task') : scene.replica.tasksOf(agentId), n);
const ownLock = (scene: Scene, agentId: string, n: number) =>
  at(n % 6 === 5 ? scene.replica.all('lock') : scene.replica.locksOf(agentId), n);
const shifted = (fence: string, by: number) => fence.replace(/\d+$/, (seq) => `${Math.max(0, Number(seq) + by)}`);

const attempted = (name: ProjectWrite, more: (n: number) => object) =>
  play(name, { who, pick, shift }, (scene, { who, pick, shift }, tally) => {
    const task = ownTask(scene, who, pick);
    if (task === undefined) return;
    send(scene, tally, who, name, { taskId: task.id, attempt: Math.max(0, task.attempt + shift), ...more(pick) });
  });
const managed = (name: ProjectWrite, more: (n: number) => object = () => ({})) =>
  play(name, { anybody, pick }, (scene, { anybody, pick }, tally) => {
    const taskId = at(taskIds(scene), pick);
    if (taskId !== undefined) send(scene, tally, anybody, name, { taskId, ...more(pick) });
  });

const newTask = {
  files: some('a', 'src/', 'src/x'),
  requires: some('sql'),
  priority: maybe(fc.integer({ min: 1, max: 4 })),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  review: fc.boolean(),
  description: maybe(fc.constant('long')),
  on: fc.uniqueArray(pick, { maxLength: 2 }),
};

const PLAYS = [
  play(
    'register',
    {
      who,
      instance: maybe(fc.constantFrom('p1', 'p2')),
      takeover: maybe(fc.boolean()),
      accepts: fc.constantFrom('push', 'push', 'pull', 'none'),
      maxTasks: fc.integer({ min: 1, max: 3 }),
      capabilities: some('sql', 'rust'),
    },
    (scene, { who, ...profile }, tally) => {
      const said = JSON.parse(JSON.stringify(profile)) as Parameters<Scene['register']>[1];
      tally.add('agent.register', scene.register(who, said));
    },
  ),
  play('leave', { who, pick }, (scene, { who, pick }, tally) => pick < 3 && send(scene, tally, who, 'agent.leave', {})),
  play(
    'evict',
    { who, pick, releaseLocks: maybe(fc.boolean()) },
    (scene, { who, pick, releaseLocks }, tally) =>
      pick === 0 && send(scene, tally, KIM, 'agent.evict', { agentId: who, reason: 'x', releaseLocks }),
  ),
  play(
    'presence',
    { who, presence: fc.constantFrom('present', 'present', 'late', 'lost') },
    (scene, { who, presence }) => {
      if (scene.replica.get('agent', who) !== undefined) scene.presence(who, presence);
    },
  ),
  play('heartbeat', { who }, (scene, { who }, tally) =>
    send(scene, tally, who, 'agent.heartbeat', { activity: { doing: 'x' } }),
  ),
  play('agent.update', { who, maxTasks: fc.integer({ min: 1, max: 3 }) }, (scene, { who, maxTasks }, tally) =>
    send(scene, tally, who, 'agent.update', { maxTasks }),
  ),
  play('pass', { ms: fc.constantFrom(0, 750, 5_000, 20_000, 61_000, 130_000) }, (scene, { ms }) => void scene.pass(ms)),
  play(
    'forget',
    { kind: fc.constantFrom(...PASSING), pick, crowded: fc.boolean() },
    (scene, { kind, pick, crowded }) => {
      const ids = [...scene.replica.past(kind)].map(({ id }) => id).slice(0, pick);
      scene.decide(HUB, decideForget, { kind, ids, before: scene.at, crowded });
    },
  ),
  play('settle', {}, (scene) => scene.settle()),
  play('sweep', {}, (scene) => scene.sweep()),

  ...[1, 2, 3].map(() =>
    play(
      'claim',
      {
        who,
        paths,
        mode: fc.constantFrom('exclusive', 'exclusive', 'shared'),
        waitMs: fc.constantFrom(undefined, 0, 10_000, 100_000, 100_000),
        ttlMs: maybe(fc.constantFrom(5_000, 60_000)),
        pick,
      },
      (scene, { who, pick, ...claim }, tally) =>
        send(scene, tally, who, 'lock.claim', {
          ...claim,
          taskId: pick < 4 ? ownTask(scene, who, pick)?.id : undefined,
        }),
    ),
  ),
  play('renew', { who, pick, shift, all: fc.boolean() }, (scene, { who, pick, shift, all }, tally) => {
    const lock = ownLock(scene, who, pick);
    if (all || lock === undefined) return send(scene, tally, who, 'lock.renew', {});
    send(scene, tally, who, 'lock.renew', { lockId: lock.id, fence: shifted(lock.fence, shift) });
  }),
  play('release', { who, pick, shift }, (scene, { who, pick, shift }, tally) => {
    const lock = ownLock(scene, who, pick);
    if (lock !== undefined)
      send(scene, tally, who, 'lock.release', { lockId: lock.id, fence: shifted(lock.fence, shift) });
  }),
  play('withdraw claim', { who, pick }, (scene, { who, pick }, tally) => {
    const waiter = at(scene.replica.waitersOf(who), pick) ?? at(scene.replica.all('waiter'), pick);
    if (waiter !== undefined) send(scene, tally, who, 'lock.release', { lockId: waiter.id });
  }),
  play('hand over a lock', { who, pick, shift, to: who }, (scene, { who, pick, shift, to }, tally) => {
    const lock = ownLock(scene, who, pick);
    if (lock === undefined) return;
    const fence = shifted(lock.fence, shift);
    send(scene, tally, pick === 0 ? KIM : who, 'lock.transfer', { lockId: lock.id, fence, to });
  }),
  play('force release', { pick }, (scene, { pick }, tally) => {
    const lock = at(scene.replica.all('lock'), pick);
    if (lock !== undefined && pick < 3) send(scene, tally, KIM, 'lock.forceRelease', { lockId: lock.id, reason: 'x' });
  }),
  play('check', { anybody, paths, pick }, (scene, { anybody, paths, pick }, tally) =>
    send(scene, tally, anybody, 'lock.check', { paths, fence: at(scene.replica.all('lock'), pick)?.fence }),
  ),

  play('create', { anybody, ...newTask }, (scene, { anybody, on, ...task }, tally) =>
    send(scene, tally, anybody, 'task.create', {
      ...task,
      title: 'x',
      dependencies: on.flatMap((n) => at(taskIds(scene), n) ?? []),
    }),
  ),
  play(
    'plan',
    { anybody, plan: fc.array(fc.record(newTask), { minLength: 1, maxLength: 4 }) },
    (scene, { anybody, plan }, tally) =>
      send(scene, tally, anybody, 'task.createMany', {
        tasks: plan.map(({ on, ...task }, key) => ({
          ...task,
          title: 'x',
          key: `${key}`,
          dependencies: on.flatMap((n) => (n < plan.length ? `${n}` : (at(taskIds(scene), n) ?? []))),
        })),
      }),
  ),
  play(
    'update',
    { anybody, pick, on: maybe(fc.uniqueArray(pick, { maxLength: 2 })), requires: maybe(some('sql', 'rust')) },
    (scene, { anybody, pick, on, requires }, tally) => {
      const taskId = at(taskIds(scene), pick);
      const dependencies = on?.flatMap((n) => at(taskIds(scene), n) ?? []);
      if (taskId !== undefined)
        send(scene, tally, anybody, 'task.update', { taskId, dependencies, requires, description: 'new' });
    },
  ),
  ...[1, 2].map(() => play('next', { who }, (scene, { who }, tally) => send(scene, tally, who, 'task.next', {}))),
  attempted('task.start', () => ({})),
  attempted('task.progress', (n) => ({ progress: n * 9 })),
  attempted('task.complete', (n) => ({
    next: n % 2 === 0 ? true : undefined,
    result: n % 3 === 0 ? { summary: 'x' } : undefined,
  })),
  attempted('task.fail', (n) => ({ reason: 'x', log: n % 2 === 0 ? 'log' : undefined })),
  attempted('task.block', () => ({ reason: 'x' })),
  attempted('task.submit', () => ({ result: { summary: 'x' } })),
  attempted('checkpoint.save', (n) => ({ data: n })),
  managed('task.accept'),
  managed('task.reject', () => ({ reason: 'x' })),
  managed('task.cancel', () => ({ reason: 'x' })),
  managed('task.assign', (n) => ({ agentId: at([null, ...CAST], n) })),
  managed('task.retry'),
  managed('task.unblock'),

  play(
    'message',
    { anybody, to: fc.constantFrom('alice', 'bob', 'all', 'role:coder', 'capability:sql', 'people') },
    (scene, { anybody, to }, tally) => send(scene, tally, anybody, 'message.send', { to, type: 'note', body: 'x' }),
  ),
  play('ack', { who, picks: fc.array(pick, { minLength: 1, maxLength: 3 }) }, (scene, { who, picks }, tally) => {
    const ids = picks.flatMap(
      (n) => at(scene.replica.unackedOf(who), n)?.id ?? at(scene.replica.all('message'), n)?.id ?? [],
    );
    if (ids.length > 0) send(scene, tally, who, 'message.ack', { messageIds: ids });
  }),
  play(
    'directive',
    {
      to: fc.constantFrom('alice', 'all', 'role:coder'),
      action: fc.constantFrom('say', 'pause', 'resume', 'resume', 'drain', 'checkpoint'),
      expiresMs: maybe(fc.constant(10_000)),
    },
    (scene, input, tally) => send(scene, tally, KIM, 'directive.send', { ...input, body: 'x' }),
  ),
  play(
    'directive about a task',
    { who, pick, action: fc.constantFrom('say', 'assign', 'checkpoint', 'cancel') },
    (scene, { who, pick, action }, tally) => {
      const taskId = at(taskIds(scene), pick);
      if (taskId !== undefined) send(scene, tally, KIM, 'directive.send', { to: who, action, taskId, body: 'x' });
    },
  ),
  play('delivered', { who, pick }, (scene, { who, pick }) => {
    const directive = at(scene.replica.all('directive'), pick);
    if (directive !== undefined) scene.decide(HUB, decideDelivered, { directiveId: directive.id, agentId: who });
  }),
  play(
    'receipt',
    { who, pick, state: fc.constantFrom('read', 'acknowledged', 'declined', 'done', 'failed') },
    (scene, { who, pick, state }, tally) => {
      const directive = at(scene.replica.all('directive'), pick);
      if (directive !== undefined) send(scene, tally, who, 'directive.receipt', { directiveId: directive.id, state });
    },
  ),
  play(
    'ask',
    { who, pick, deadlineMs: maybe(fc.constant(60_000)), default: maybe(fc.constant('x')) },
    (scene, { who, pick, ...more }, tally) =>
      pick < 4 && send(scene, tally, who, 'question.ask', { body: 'x', ...more }),
  ),
  play('answer', { pick }, (scene, { pick }, tally) => {
    const question = at(scene.replica.all('question'), pick);
    if (question !== undefined) send(scene, tally, KIM, 'question.answer', { questionId: question.id, body: 'x' });
  }),
  play('withdraw', { who, pick }, (scene, { who, pick }, tally) => {
    const question = at(scene.replica.openQuestionsOf(who), pick) ?? at(scene.replica.all('question'), pick);
    if (question !== undefined) send(scene, tally, who, 'question.withdraw', { questionId: question.id });
  }),
  ...(['alarm.acknowledge', 'alarm.shelve', 'alarm.unshelve'] as const).map((name) =>
    play(name, { pick }, (scene, { pick }, tally) => {
      const alarm = at(scene.replica.all('alarm'), pick);
      const more = name === 'alarm.shelve' ? { forMs: 20_000, reason: 'x' } : {};
      if (alarm !== undefined) send(scene, tally, KIM, name, { alarmId: alarm.id, ...more });
    }),
  ),
];

/** One thing that happens: plain data, so that a failing sequence can be read. */
export interface Move {
  what: string;
  input: object;
}

const ALWAYS = /^(forget|register|presence|pass|settle|sweep|leave|evict)$/;
/** Sequences about one thing go deeper into it than those about everything. */
const THEMES = {
  locks: /lock|claim|renew|release|check/,
  tasks: /^task|create|plan|update|next|checkpoint|^claim/,
  people: /message|ack|directive|delivered|receipt|ask|answer|withdraw|alarm|next|fail|create/,
  everything: /./,
};
const THEME_LENGTH = { minLength: 1, maxLength: 150, size: 'max' } as const;

export const moves: fc.Arbitrary<Move[]> = fc.oneof(
  ...Object.values(THEMES).map((theme) => {
    const plays = PLAYS.filter(({ what }) => theme.test(what) || ALWAYS.test(what));
    const weighed = plays.map(({ what, fields }) => ({
      weight: theme.test(what) ? 4 : 1,
      arbitrary: (fields as fc.Arbitrary<object>).map((input): Move => ({ what, input })),
    }));
    return fc.array(fc.oneof(...weighed), THEME_LENGTH);
  }),
);

export function makeMove(scene: Scene, { what, input }: Move, tally: Tally): void {
  const run = PLAYS.find((one) => one.what === what)?.run as (scene: Scene, input: object, tally: Tally) => unknown;
  run(scene, input, tally);
}

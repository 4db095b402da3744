import { isFinished, type TaskRecord } from '@signalbox/shared/records/task';
import { expect, test, vi } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideForgetDone, decideLeave, decideRegister } from '../domain/agents.ts';
import { decideComplete, decideNext } from '../domain/attempts.ts';
import type { Caller, Decision } from '../domain/decision.ts';
import { decideDirective } from '../domain/directives.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { decideCancel, decideCreate, decideRetry } from '../domain/tasks.ts';
import type { Draft } from '../domain/view.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import type { Replica } from '../ledger/replica.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { Housekeeping } from './housekeeping.ts';

const HUB: Caller = { kind: 'hub' };
const KIM: Caller = { kind: 'person', name: 'kim', role: 'operator' };
const LONG = { timeout: 30_000 };

/** One process of a hub with one project. Nothing follows from a commit before it keeps house. */
async function hub(memory = new MemoryLedger()) {
  const ledger = await Ledger.open({ store: new MemoryStore(memory, 'n1'), node: 'n1' });
  const live = new LiveTime(() => 0);
  let housekeeping: Housekeeping | undefined;
  const as = async <I, O>(caller: Caller, command: string, decision: Decision<I, O>, input: I): Promise<O> => {
    const settled = await ledger.execute({ command, caller, decide: guarded(decision, input) });
    if (!settled.ok) throw new Error(`${settled.error.code} ${settled.error.message}`);
    return settled.reply;
  };
  return {
    memory,
    as,
    /** Many records, as far as they go into one transaction. */
    async fill(count: number, make: (draft: Draft, number: number) => void) {
      for (let from = 1; from <= count; from += 1_000)
        await as(
          HUB,
          'test.fill',
          (draft) => {
            for (let number = from; number < from + 1_000 && number <= count; number++) make(draft, number);
            return {};
          },
          {},
        );
    },
    async register(id: string, accepts: 'push' | 'pull') {
      const profile = { id, role: 'coder', accepts } as const;
      const { agent } = await as(HUB, 'agent.register', decideRegister, { profile, via: 'http' as const });
      return agent;
    },
    async keepHouse() {
      const project = { id: 'acme', ledger, presence: new Presence(live), loops: new LoopBreaker() };
      housekeeping = await Housekeeping.start(project, alone(live));
    },
    look: <T>(at: (view: Replica) => T): Promise<T> => ledger.read(at),
    until: (fact: (view: Replica) => boolean) =>
      vi.waitUntil(() => ledger.read(fact), { timeout: 20_000, interval: 20 }),
    async [Symbol.asyncDispose]() {
      housekeeping?.stop();
      await ledger.close();
    },
  };
}
type Hub = Awaited<ReturnType<typeof hub>>;

const FLEET = 5_000;
/** As many agents as the hub is made for, each of 2 KB. */
async function fleet(here: Hub): Promise<void> {
  const first = await here.register('a1', 'pull');
  await here.fill(FLEET, (draft, number) =>
    draft.put({
      ...first,
      id: `a${number}`,
      cwd: 'x'.repeat(1_000),
      branch: 'x'.repeat(250),
      activity: { doing: 'x'.repeat(200), next: 'x'.repeat(200) },
    }),
  );
}
const send = (here: Hub, to: string, action: 'pause' | 'resume' | 'drain') =>
  here.as(KIM, 'directive.send', decideDirective, { to, action });
const inState = (view: Replica, word: string): number => view.all('agent').filter(({ state }) => state === word).length;

test.each([
  ['pause', 'paused'],
  ['drain', 'draining'],
] as const)('[DR13] %s and resume reach 5,000 agents of 2 KB', LONG, async (action, word) => {
  await using here = await hub();
  await fleet(here);
  expect((await send(here, 'all', action)).recipients).toHaveLength(FLEET);
  await here.keepHouse();
  await here.until((view) => inState(view, word) === FLEET);
  await send(here, 'all', 'resume');
  await here.until((view) => inState(view, 'idle') === FLEET);
});

test(
  '[DR13] whoever an order has not reached yet is given nothing, and a later order comes after it',
  LONG,
  async () => {
    await using here = await hub();
    await fleet(here);
    const last = await here.register('z', 'pull');
    const pushed = await here.register('zz', 'push');
    await here.as(KIM, 'task.create', decideCreate, { title: 'some work' });
    await send(here, 'all', 'pause');
    await send(here, pushed.id, 'resume');
    expect(await here.look((view) => inState(view, 'paused'))).toBeGreaterThan(0);
    expect(await here.look((view) => [last, pushed].map(({ id }) => view.get('agent', id)?.state))).toEqual([
      'idle',
      'idle',
    ]);
    const caller: Caller = { kind: 'agent', agentId: last.id, connection: last.connection };
    expect(await here.as(caller, 'task.next', decideNext, {})).toEqual({ task: null, reason: 'PAUSED' });
    await here.keepHouse();
    await here.until((view) => view.get('task', 'T-1')?.assignee === pushed.id);
    expect(await here.look((view) => inState(view, 'paused'))).toBe(FLEET + 1);
  },
);

test('[DR13] with the last agent it had to reach gone, tasks are given out again', async () => {
  await using here = await hub();
  const first = await here.register('a1', 'pull');
  await here.fill(1_000, (draft, number) => draft.put({ ...first, id: `a${number}` }));
  const { id: agentId, connection } = await here.register('z', 'pull');
  await send(here, 'all', 'pause');
  await here.register('zz', 'push');
  await here.as(KIM, 'task.create', decideCreate, { title: 'some work' });
  await here.as({ kind: 'agent', agentId, connection }, 'agent.leave', decideLeave, {});
  await here.keepHouse();
  await here.until((view) => view.get('task', 'T-1')?.assignee === 'zz');
});

test('[DR13] another process goes on with it where one has ended', LONG, async () => {
  const { memory } = await (async () => {
    await using here = await hub();
    await fleet(here);
    await send(here, 'all', 'pause');
    return here;
  })();
  await using after = await hub(memory);
  expect(await after.look((view) => inState(view, 'paused'))).toBeLessThan(FLEET);
  await after.keepHouse();
  await after.until((view) => inState(view, 'paused') === FLEET);
});

const MANY = 21_000;
/** T-1, which a1 is at work on, and so many that wait for it. */
async function waitingFor(here: Hub, count: number, files: string[] = []) {
  const { id: agentId, connection } = await here.register('a1', 'pull');
  await here.as(KIM, 'task.create', decideCreate, { title: 'first' });
  const caller: Caller = { kind: 'agent', agentId, connection };
  await here.as(caller, 'task.next', decideNext, {});
  const { task } = await here.as(KIM, 'task.create', decideCreate, { title: 'then', dependencies: ['T-1'], files });
  await here.fill(count, (draft, number) => draft.put({ ...task, id: `T-${number + 1}` }));
  return { finish: () => here.as(caller, 'task.complete', decideComplete, { taskId: 'T-1', attempt: 1 }) };
}
const waiting = (view: Replica, is: (task: TaskRecord) => boolean): number =>
  [...view.values('task')].filter((task) => task.id !== 'T-1' && is(task)).length;

test('[TK21] a task that 21,000 others wait for is completed, and all of them go on', LONG, async () => {
  await using here = await hub();
  const { finish } = await waitingFor(here, MANY);
  expect((await finish()).task.status).toBe('completed');
  await here.keepHouse();
  await here.until((view) => waiting(view, (task) => task.waiting?.code !== 'DEPENDENCY') === MANY);
  expect(await here.look((view) => view.readyCount)).toBe(MANY);
  expect(await here.look((view) => view.get('task', 'T-1')?.gateClock)).toBeUndefined();
});

test('[TK21] what waits may be large', LONG, async () => {
  await using here = await hub();
  const files = Array.from({ length: 20 }, (_, at) => `${at}/${'x'.repeat(90)}/`);
  const { finish } = await waitingFor(here, 5_000, files);
  await finish();
  await here.keepHouse();
  await here.until((view) => view.readyCount === 5_000);
});

test('[TK21] cancelled and tried again before all of them were told, it is waited for by all', LONG, async () => {
  await using here = await hub();
  await waitingFor(here, 3_000);
  await here.as(KIM, 'task.cancel', decideCancel, { taskId: 'T-1', reason: 'not now' });
  expect(await here.look((view) => waiting(view, ({ status }) => status === 'blocked'))).toBeGreaterThan(0);
  await here.as(KIM, 'task.retry', decideRetry, { taskId: 'T-1' });
  await here.keepHouse();
  await here.until((view) => view.get('task', 'T-1')?.gateClock === undefined);
  const isWaiting = ({ status, waiting: why }: TaskRecord): boolean => status === 'pending' && why?.on === 'T-1';
  expect(await here.look((view) => waiting(view, isWaiting))).toBe(3_000);
  expect(await here.look((view) => isFinished(view.get('task', 'T-1')?.status ?? 'failed'))).toBe(false);
});

test('[AG10] what a whole fleet did a day ago is forgotten', LONG, async () => {
  await using here = await hub();
  await fleet(here);
  await here.fill(FLEET, (draft, number) => {
    const agent = draft.get('agent', `a${number}`);
    if (agent !== undefined) draft.put({ ...agent, doneByHour: [[1, 7]], doneLast24h: 7 });
  });
  const left = () => here.look((view) => view.all('agent').filter(({ doneLast24h }) => doneLast24h > 0).length);
  for (let before = await left(); before > 0; before = await left()) {
    await here.as(HUB, 'agent.forgetDone', decideForgetDone, {});
    expect(await left()).toBeLessThan(before);
  }
});

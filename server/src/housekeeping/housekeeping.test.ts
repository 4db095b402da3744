import { REQUEST_TIMEOUT_MS } from '@signalbox/shared/time';
import { expect, test, vi } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideRegister } from '../domain/agents.ts';
import { decideNext } from '../domain/attempts.ts';
import type { Caller, Decision } from '../domain/decision.ts';
import { decideClaim, decideRelease } from '../domain/locks.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { decideAnswer, decideAsk } from '../domain/questions.ts';
import { decideCreate, decideCreateMany } from '../domain/tasks.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import { type AppendAnswer, type Batch, StoreRefused, StoreUnavailable } from '../ledger/store.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { SOON } from '../testing/soon.ts';
import { Housekeeping } from './housekeeping.ts';

/** A store that can go away: refusing everything, or leaving it without an answer. */
class FlakyStore extends MemoryStore {
  is: 'there' | 'refusing' | 'mute' = 'there';
  /** Goes away as soon as this command is committed. */
  refusesAfter = '';

  override async append(batch: Batch): Promise<AppendAnswer> {
    if (this.is === 'refusing') throw new StoreRefused('away');
    if (this.is === 'mute') throw new StoreUnavailable('no answer');
    const answer = await super.append(batch);
    if (batch.txs.some((tx) => tx.command === this.refusesAfter)) this.is = 'refusing';
    return answer;
  }
}

/** One project with its housekeeping, on clocks that are moved by hand. */
async function house() {
  const clock = { ledger: 0, presence: 0 };
  const memory = new MemoryLedger();
  const store = new FlakyStore(memory, 'n1');
  const ledger = await Ledger.open({ store, node: 'n1', monotonic: () => clock.ledger });
  const live = new LiveTime(() => clock.presence);
  const presence = new Presence(live);
  const housekeeping = await Housekeeping.start(
    { id: 'acme', ledger, presence, loops: new LoopBreaker() },
    alone(live),
  );
  const as = async <I, O>(caller: Caller, command: string, decision: Decision<I, O>, input: I): Promise<O> => {
    const settled = await ledger.execute({ command, caller, decide: guarded(decision, input) });
    if (!settled.ok) throw new Error(settled.error.message);
    return settled.reply;
  };
  return {
    clock,
    memory,
    store,
    ledger,
    presence,
    housekeeping,
    as,
    async agent(id: string, accepts: 'push' | 'none' = 'none', via: 'socket' | 'http' = 'http') {
      const profile = { id, role: 'developer', instance: id, accepts, heartbeatEveryMs: 5_000 };
      const { agent } = await as({ kind: 'hub' }, 'agent.register', decideRegister, { profile, via });
      presence.beat(id, agent.connection);
      return { kind: 'agent', agentId: id, connection: agent.connection } as const satisfies Caller;
    },
    async [Symbol.asyncDispose]() {
      store.is = 'there';
      housekeeping.stop();
      await ledger.close();
    },
  };
}

const become = (fact: () => boolean): Promise<void> => vi.waitUntil(fact, SOON).then(() => {});

/** Stays away so long that everything waiting in the queue is given up, then comes back as if nothing had been. */
async function outlast({ store, ledger, clock }: Awaited<ReturnType<typeof house>>): Promise<void> {
  await become(() => store.is === 'refusing' && ledger.failingSince !== undefined);
  const given = ledger.execute({ command: 'test', caller: { kind: 'hub' }, decide: () => ({}) });
  clock.ledger += REQUEST_TIMEOUT_MS;
  expect(await given).toMatchObject({ ok: false });
  store.is = 'there';
}

test('a claim whose turn came while the store was away is granted when it is back', async () => {
  await using made = await house();
  const [alice, bob] = [await made.agent('alice'), await made.agent('bob')];
  const held = await made.as(alice, 'lock.claim', decideClaim, { paths: ['a.ts'] });
  const waiting = await made.as(bob, 'lock.claim', decideClaim, { paths: ['a.ts'], waitMs: 60_000 });
  if (!held.granted || waiting.granted) throw new Error('alice holds it and bob waits');
  made.store.refusesAfter = 'lock.release';
  await made.as(alice, 'lock.release', decideRelease, { lockId: held.lockId, fence: held.fence });
  await outlast(made);
  let holder: string | undefined;
  made.ledger.onCommit((committed) => {
    for (const { changes } of committed)
      for (const { after } of changes) if (after?.kind === 'lock') holder = after.holder;
  });
  await become(() => holder === 'bob');
});

test('a long line costs one transaction for each claim that is granted, not one for each that moves up', async () => {
  await using made = await house();
  const commands: string[] = [];
  made.ledger.onCommit((committed) => commands.push(...committed.map(({ tx }) => tx.command)));
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
  const callers = new Map<string, Caller>();
  for (const name of names) callers.set(name, await made.agent(name));
  const claimed = names.map((name) =>
    made.as(callers.get(name) ?? { kind: 'hub' }, 'lock.claim', decideClaim, { paths: ['a.ts'], waitMs: 60_000 }),
  );
  const [, second] = await Promise.all(claimed);
  // One leaves the line; then each gives it back as soon as it has it.
  if (second === undefined) throw new Error('bob has claimed');
  await made.as(callers.get('bob') ?? { kind: 'hub' }, 'lock.release', decideRelease, { lockId: second.lockId });
  for (const name of names.filter((one) => one !== 'bob')) {
    const lockOf = () => made.ledger.read((view) => view.locksOf(name)[0]);
    await vi.waitUntil(lockOf, SOON);
    const { id: lockId, fence } = (await lockOf()) ?? { id: '', fence: '' };
    await made.as(callers.get(name) ?? { kind: 'hub' }, 'lock.release', decideRelease, { lockId, fence });
  }
  expect(commands.filter((command) => command === 'lock.grant')).toHaveLength(4);
});

test('a task that came in while the store went away is assigned when it is back', async () => {
  await using made = await house();
  await made.agent('alice', 'push');
  made.store.refusesAfter = 'task.create';
  await made.as({ kind: 'hub' }, 'task.create', decideCreate, { title: 'Add login' });
  await outlast(made);
  let assignee: string | null = null;
  made.ledger.onCommit((committed) => {
    for (const { changes } of committed)
      for (const { after } of changes) if (after?.kind === 'task') assignee = after.assignee;
  });
  await become(() => assignee === 'alice');
});

test('many tasks that nobody can do are not looked at again with every change of a lock', async () => {
  await using made = await house();
  const alice = await made.agent('alice', 'push');
  for (let plan = 0; plan < 3; plan++)
    await made.as({ kind: 'hub' }, 'task.createMany', decideCreateMany, {
      tasks: Array.from({ length: 1_000 }, (_, n) => ({ title: `Task ${n}`, requires: ['rust'] })),
    });
  const executed = vi.spyOn(made.ledger, 'execute');
  const assignments = (): number =>
    executed.mock.calls.filter(([{ command }]) => command === 'task.assignments').length;
  await become(() => assignments() > 0);
  const before = assignments();
  for (let n = 0; n < 300; n++) await made.as(alice, 'lock.claim', decideClaim, { paths: [`${n}.ts`] });
  expect(assignments() - before).toBeLessThan(100);
});

test('nobody is lost because the store did not answer: until then, nobody over HTTP could be heard', async () => {
  await using made = await house();
  await made.agent('alice');
  const commands: string[] = [];
  made.ledger.onCommit((committed) => commands.push(...committed.map(({ tx }) => tx.command)));
  made.store.is = 'mute';
  const stuck = made.ledger.execute({ command: 'stuck', caller: { kind: 'hub' }, always: true, decide: () => ({}) });
  await become(() => made.ledger.failingSince !== undefined);
  const looks = vi.spyOn(made.ledger, 'now');
  await become(() => looks.mock.calls.length >= 2);
  for (let passed = 0; passed < 60_000; passed += 200) {
    made.clock.presence += 200;
    made.presence.now();
  }
  const before = looks.mock.calls.length;
  made.store.is = 'there';
  await stuck;
  await become(() => looks.mock.calls.length >= before + 20);
  expect(commands.filter((command) => command === 'agent.presence')).toEqual([]);
});

test('a sign of life that comes before its loss is decided is heard', async () => {
  await using made = await house();
  const alice = await made.agent('alice');
  if (alice.kind !== 'agent') throw new Error('alice is an agent');
  made.store.is = 'refusing';
  for (let passed = 0; passed < 20_000; passed += 200) {
    made.clock.presence += 200;
    made.presence.now();
  }
  await become(() => made.ledger.failingSince !== undefined);
  const looks = vi.spyOn(made.presence, 'ageOf');
  await become(() => looks.mock.calls.length >= 2);
  made.presence.beat('alice', alice.connection);
  made.store.is = 'there';
  const { seq } = made.ledger;
  const settled = await made.ledger.execute({
    command: 'test',
    caller: { kind: 'hub' },
    always: true,
    decide: () => ({}),
  });
  expect(settled.ok && settled.seq).toBe(seq + 1);
  expect(await made.ledger.read((view) => view.get('agent', 'alice')?.presence)).toBe('present');
});

test('however many leases end at once, each ends within two seconds', async () => {
  await using made = await house();
  const run = setInterval(() => {
    made.clock.ledger = performance.now();
  }, 10);
  const LOCKS = 10_000;
  let due = 0;
  for (let from = 0; from < LOCKS; from += 5_000)
    await made.ledger.execute({
      command: 'test',
      caller: { kind: 'hub' },
      decide: (draft, { clock }) => {
        due = clock;
        for (let n = from; n < from + 5_000; n++) {
          const lease = { ttlMs: 5_000, expiresClock: clock, since: 0, waiters: [] };
          draft.put({
            kind: 'lock',
            id: `L-${n}`,
            paths: [`${n}.ts`],
            mode: 'exclusive',
            holder: 'x',
            fence: '1.1',
            ...lease,
          });
        }
        return {};
      },
    });
  let latest = 0;
  let ended = 0;
  made.ledger.onCommit((committed) => {
    for (const { tx } of committed) {
      ended += tx.removes.length;
      latest = tx.clock;
    }
  });
  await vi.waitUntil(() => ended === LOCKS, { timeout: 15_000 });
  clearInterval(run);
  expect(latest - due).toBeLessThanOrEqual(2_000);
});

test('an agent whose socket the hub closed itself is not late, and comes back at once as often as it must', async () => {
  await using made = await house();
  for (let times = 0; times < 3; times++) {
    const { connection } = await made.agent('alice', 'none', 'socket');
    made.presence.drained('alice', connection);
    made.housekeeping.presenceChanged('alice');
    let alice = await made.ledger.read((view) => view.get('agent', 'alice'));
    await vi.waitUntil(async () => {
      alice = await made.ledger.read((view) => view.get('agent', 'alice'));
      return alice?.connected === false;
    }, SOON);
    expect(alice).toMatchObject({ presence: 'present', state: 'idle' });
  }
});

test('whom a process carried that is gone is not connected after a start, before anybody is let in', async () => {
  const memory = new MemoryLedger();
  const open = (node: string) => Ledger.open({ store: new MemoryStore(memory, node), node });
  const before = await open('killed');
  const profile = { id: 'alice', role: 'developer', instance: 'alice' };
  await before.execute({
    command: 'agent.register',
    caller: { kind: 'hub' },
    decide: guarded(decideRegister, { profile, via: 'socket' }),
  });
  const ledger = await open('n2');
  const live = new LiveTime();
  const housekeeping = await Housekeeping.start(
    { id: 'acme', ledger, presence: new Presence(live), loops: new LoopBreaker() },
    alone(live),
  );
  // Another process under her id: while she counts as connected it would be refused.
  const other = guarded(decideRegister, { profile: { ...profile, instance: 'another' }, via: 'socket' });
  const settled = await ledger.execute({ command: 'agent.register', caller: { kind: 'hub' }, decide: other });
  expect(settled).toMatchObject({ ok: true });
  housekeeping.stop();
  await Promise.all([before.close(), ledger.close()]);
});

test('an agent that comes back under a lower number, because the store lost its tail, is heard', async () => {
  await using made = await house();
  const { ledger, presence, memory } = made;
  for (let n = 0; n < 5; n++) await made.as({ kind: 'hub' }, 'task.create', decideCreate, { title: `${n}` });
  const copy = structuredClone({ seq: memory.seq, records: memory.records });
  for (let n = 0; n < 5; n++) await made.as({ kind: 'hub' }, 'task.create', decideCreate, { title: `${n}` });
  const before = await made.agent('alice');
  Object.assign(memory, copy, { log: [] });
  memory.restart();
  await ledger.catchUp();
  const { connection } = await made.agent('alice');
  expect(connection).toBeLessThan(before.connection);
  made.clock.presence += 200;
  expect(presence.ageOf('alice', connection)).toBe(200);
  presence.beat('alice', connection);
  expect(presence.ageOf('alice', connection)).toBe(0);
});

test('records that are loaded anew in the same epoch leave what was heard as it is', async () => {
  await using made = await house();
  const { ledger, presence, memory } = made;
  const { connection } = await made.agent('alice');
  let resets = 0;
  ledger.onReset(() => resets++);
  // Written by nobody that was heard, and not to be had any more.
  Object.assign(memory, { seq: memory.seq + 5, log: [] });
  // The next command finds out.
  await ledger.execute({ command: 'test', caller: { kind: 'hub' }, decide: () => ({}) });
  expect([resets, presence.wasHeard('alice', connection)]).toEqual([1, true]);
});

test('an agent at work that shows no sign of it is flagged', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const ledger = await Ledger.open({ store: new MemoryStore(new MemoryLedger(), 'n1'), node: 'n1' });
    const as = <I, O>(caller: Caller, command: string, decision: Decision<I, O>, input: I) =>
      ledger.execute({ command, caller, decide: guarded(decision, input) });
    const profile = { id: 'alice', role: 'developer', accepts: 'pull' } as const;
    const registered = await as({ kind: 'hub' }, 'agent.register', decideRegister, { profile, via: 'http' });
    if (!registered.ok) throw new Error('alice registers');
    await as({ kind: 'hub' }, 'task.create', decideCreate, { title: 'Add login' });
    const { connection } = registered.reply.agent;
    await as({ kind: 'agent', agentId: 'alice', connection }, 'task.next', decideNext, {});
    vi.setSystemTime(Date.now() + 3_600_000);
    const live = new LiveTime();
    const project = { id: 'acme', ledger, presence: new Presence(live), loops: new LoopBreaker() };
    const housekeeping = await Housekeeping.start(project, alone(live));
    await vi.waitUntil(async () => (await ledger.read((view) => view.get('agent', 'alice')))?.stalled === true, SOON);
    housekeeping.stop();
    await ledger.close();
  } finally {
    vi.useRealTimers();
  }
});

test('an agent that has its answer gets work, also while it waits for another', async () => {
  await using acme = await house();
  const { ledger, as } = acme;
  const alice = await acme.agent('alice', 'push');
  const kim = { kind: 'person', name: 'kim', role: 'operator' } as const;
  await as(alice, 'question.ask', decideAsk, { body: 'Which colour?', blocking: false });
  await as(alice, 'question.ask', decideAsk, { body: 'May I?', blocking: true });
  const { task } = await as(kim, 'task.create', decideCreate, { title: 'Add login' });
  await become(() => ledger.resting?.get('task', task.id)?.waiting !== undefined);
  await as(kim, 'question.answer', decideAnswer, { questionId: 'Q-2', body: 'Yes' });
  await become(() => ledger.resting?.get('task', task.id)?.assignee === 'alice');
});

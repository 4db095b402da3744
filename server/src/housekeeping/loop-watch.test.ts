import { expect, onTestFinished, test } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideAgentUpdate, decideRegister } from '../domain/agents.ts';
import type { Caller, Decision } from '../domain/decision.ts';
import { decideDirective } from '../domain/directives.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { MESSAGES_IN_TURN, STOPPED_AFTER_MS } from '../domain/loop-times.ts';
import { decideSend } from '../domain/messages.ts';
import { decideCreate } from '../domain/tasks.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { Errands } from './errands.ts';
import { LoopWatch } from './loop-watch.ts';

/** Alice and bob on one node of a project, and a watch on a clock moved by hand. */
async function watched() {
  const live = new LiveTime();
  const ledger = await Ledger.open({ store: new MemoryStore(new MemoryLedger(), 'n1'), node: 'n1' });
  const project = { id: 'acme', ledger, presence: new Presence(live), loops: new LoopBreaker() };
  const nodes = { ...alone(live), gone: true, leader: true };
  nodes.isGone = () => nodes.gone;
  nodes.leads = () => nodes.leader;
  const time = { now: 0 };
  const watchOf = (loops: LoopBreaker) =>
    new LoopWatch({ project: { ...project, loops }, nodes, errands: new Errands(ledger), monotonic: () => time.now });
  const watch = watchOf(project.loops);
  onTestFinished(async () => {
    watch.stop();
    await ledger.close();
  });
  const as = async <I, O>(caller: Caller, command: string, decision: Decision<I, O>, input: I): Promise<O> => {
    const settled = await ledger.execute({ command, caller, decide: guarded(decision, input) });
    if (!settled.ok) throw new Error(settled.error.message);
    return settled.reply;
  };
  const callers = new Map<string, Caller>();
  for (const id of ['alice', 'bob']) {
    const profile = { id, role: 'coder', instance: id, accepts: 'none' } as const;
    const { agent } = await as({ kind: 'hub' }, 'agent.register', decideRegister, { profile, via: 'socket' });
    callers.set(id, { kind: 'agent', agentId: id, connection: agent.connection });
  }
  const agent = (id: string): Caller => callers.get(id) ?? { kind: 'hub' };
  /** Looks, and says how the alarm stands once everything that follows is written. */
  const look = async (at = watch): Promise<string | undefined> => {
    await ledger.read((view) => at.look(view));
    await ledger.execute({ command: 'wait', caller: { kind: 'hub' }, decide: () => ({}) });
    return ledger.read((view) => view.alarmOn('LOOP', 'bob')?.state);
  };
  return {
    ledger,
    nodes,
    time,
    watchOf,
    as,
    agent,
    look,
    async pingPong(times = MESSAGES_IN_TURN, between = async (_turn: number): Promise<unknown> => undefined) {
      for (let turn = 0; turn < times; turn++) {
        const [from, to] = turn % 2 === 0 ? ['alice', 'bob'] : ['bob', 'alice'];
        await as(agent(from ?? ''), 'message.send', decideSend, { to: to ?? '', type: 'note', body: 'thanks' });
        time.now += 100;
        await between(turn);
      }
    },
  };
}

const KIM: Caller = { kind: 'person', name: 'kim', role: 'operator' };

test('people are told of a loop, once; it is over by itself when the two have stopped', async () => {
  const here = await watched();
  await here.pingPong(MESSAGES_IN_TURN - 1);
  expect(await here.look()).toBeUndefined();
  await here.pingPong(MESSAGES_IN_TURN + 1);
  expect(await here.look()).toBe('unacked');
  expect(await here.ledger.read((view) => view.all('alarm'))).toMatchObject([
    { code: 'LOOP', subject: { kind: 'agent', id: 'bob' }, others: ['alice'] },
  ]);
  const { seq } = here.ledger;
  for (let i = 0; i < 5; i++) await here.look();
  expect(here.ledger.seq).toBe(seq);
  here.time.now += STOPPED_AFTER_MS + 1;
  expect(await here.look()).toBe('returned');
});

test.each<[string, (here: Awaited<ReturnType<typeof watched>>) => Promise<unknown>]>([
  ['work', (here) => here.as(here.agent('bob'), 'task.create', decideCreate, { title: 'x' })],
  ['a message of a person', (here) => here.as(KIM, 'message.send', decideSend, { to: 'all', type: 'note', body: 'x' })],
  ['a directive', (here) => here.as(KIM, 'directive.send', decideDirective, { to: 'alice', action: 'say', body: 'x' })],
])('%s in between is seen in the ledger: no loop', async (_, act) => {
  const here = await watched();
  await here.pingPong(4 * MESSAGES_IN_TURN, async (turn) => turn % 8 === 7 && act(here));
  expect(await here.look()).toBeUndefined();
});

test('a sign of life in between changes nothing', async () => {
  const here = await watched();
  await here.pingPong(MESSAGES_IN_TURN, () =>
    here.as(here.agent('bob'), 'agent.update', decideAgentUpdate, { activity: { doing: 'thanking' } }),
  );
  expect(await here.look()).toBe('unacked');
});

test('a node that knows nothing of it ends the alarm only of agents of its own, or of nobody', async () => {
  const here = await watched();
  await here.pingPong();
  expect(await here.look()).toBe('unacked');
  const stranger = here.watchOf(new LoopBreaker());
  onTestFinished(() => stranger.stop());
  await here.as(
    { kind: 'hub' },
    'test',
    (draft) => {
      const bob = draft.get('agent', 'bob');
      if (bob !== undefined) draft.put({ ...bob, node: 'n2' });
      return {};
    },
    {},
  );
  Object.assign(here.nodes, { gone: false, leader: true });
  expect(await here.look(stranger)).toBe('unacked');
  Object.assign(here.nodes, { gone: true, leader: false });
  expect(await here.look(stranger)).toBe('unacked');
  Object.assign(here.nodes, { gone: true, leader: true });
  expect(await here.look(stranger)).toBe('returned');
});

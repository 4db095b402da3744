import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideRegister } from '../domain/agents.ts';
import type { Decision } from '../domain/decision.ts';
import { decideClaim, decideRelease } from '../domain/locks.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { decideCreate } from '../domain/tasks.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import type { AppendAnswer, Batch } from '../ledger/store.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { Housekeeping } from './housekeeping.ts';

const HUB = { kind: 'hub' } as const;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** So far away that two nodes that do the same at the same time do not hear of each other before. */
class DistantStore extends MemoryStore {
  override async append(batch: Batch): Promise<AppendAnswer> {
    await delay(20);
    return super.append(batch);
  }
}

/** Two nodes on one ledger, each with its housekeeping. The second is told that the first is gone by {@link forget}. */
async function pair() {
  const memory = new MemoryLedger();
  const told: ((node: string) => void)[] = [];
  const commands: string[] = [];
  const open = async (node: string, rank: number) => {
    let skippedMs = 0;
    const live = new LiveTime(() => performance.now() + skippedMs);
    ends.push(live.run());
    const ledger = await Ledger.open({ store: new DistantStore(memory, node), node });
    memory.tails.set(node, (message) => ledger.heard(message));
    const presence = new Presence(live);
    const nodes = {
      ...alone(live),
      rank: () => rank,
      isGone: () => false,
      onGone(listener: (gone: string) => void) {
        told.push(listener);
        return () => {};
      },
    };
    const housekeeping = await Housekeeping.start({ id: 'acme', ledger, presence, loops: new LoopBreaker() }, nodes);
    ledger.onCommit((committed) => {
      for (const { tx, heard } of committed) if (heard !== true) commands.push(`${node} ${tx.command}`);
    });
    ends.push(async () => {
      housekeeping.stop();
      await ledger.close();
    });
    const run = async <I, O>(decision: Decision<I, O>, input: I, agentId?: string): Promise<O> => {
      const connection = await ledger.read((view) => view.get('agent', agentId ?? '')?.connection ?? 0);
      const caller = agentId === undefined ? HUB : ({ kind: 'agent', agentId, connection } as const);
      const settled = await ledger.execute({ command: 'test', caller, decide: guarded(decision, input) });
      if (!settled.ok) throw new Error(settled.error.message);
      return settled.reply;
    };
    /** Lets so much of its live time go by. */
    const pass = (ms: number): void => {
      for (let left = ms; left > 0; left -= 100) {
        skippedMs += 100;
        live.now();
      }
    };
    return { ledger, housekeeping, presence, run, pass };
  };
  const [one, two] = [await open('one', 0), await open('two', 1)];
  return {
    one,
    two,
    commands,
    sayGone: (node: string) => {
      for (const listener of told) listener(node);
    },
    conflicts: () => one.ledger.contention.conflicts + two.ledger.contention.conflicts,
  };
}

const LEASES = 1_000;

/** A thousand leases that end one after the other within a second or so. */
async function endingLeases({ one, two }: Awaited<ReturnType<typeof pair>>): Promise<void> {
  await one.ledger.execute({
    command: 'test',
    caller: HUB,
    decide: (draft, { clock }) => {
      for (let n = 0; n < LEASES; n++)
        draft.put({
          kind: 'lock',
          id: `L-${n}`,
          paths: [`${n}.ts`],
          mode: 'exclusive',
          holder: 'x',
          fence: '1.1',
          ttlMs: 5_000,
          expiresClock: clock + 200 + n,
          since: 0,
          waiters: [],
        });
      return {};
    },
  });
  await two.ledger.catchUp();
}

describe('a thousand leases that end', () => {
  test('are swept once, by the first node: the second finds nothing to do', async () => {
    const made = await pair();
    await endingLeases(made);
    const before = made.conflicts();
    await vi.waitUntil(() => made.two.ledger.read((view) => view.count('lock') === 0), { timeout: 5_000 });
    const swept = made.commands.filter((command) => command.endsWith('lock.expire'));
    expect(swept.length).toBe(LEASES);
    expect(swept.filter((command) => command.startsWith('one')).length).toBeGreaterThan(LEASES * 0.9);
    // Looks every 100 ms for more than a second: each could have been one.
    expect(made.conflicts() - before).toBeLessThanOrEqual(4);
  });

  test('are swept by the second node when the first does nothing', async () => {
    const made = await pair();
    made.one.housekeeping.stop();
    await endingLeases(made);
    await vi.waitUntil(() => made.one.ledger.read((view) => view.count('lock') === 0), { timeout: 5_000 });
    expect(new Set(made.commands.filter((command) => command.endsWith('lock.expire')))).toEqual(
      new Set(['two lock.expire']),
    );
  });
});

test('the ledger clock is kept by the first node, twice a second', async () => {
  const made = await pair();
  const { one, two, commands } = made;
  await one.ledger.execute({
    command: 'test',
    caller: HUB,
    decide: (draft, { clock }) => {
      const lease = { ttlMs: 60_000, expiresClock: clock + 60_000, since: 0, waiters: [] };
      draft.put({ kind: 'lock', id: 'L-1', paths: ['a'], mode: 'exclusive', holder: 'x', fence: '1.1', ...lease });
      return {};
    },
  });
  await two.ledger.catchUp();
  const before = made.conflicts();
  const since = performance.now();
  const ticks = (): string[] => commands.filter((command) => command.endsWith('tick'));
  await vi.waitUntil(() => ticks().length >= 6, { timeout: 10_000 });
  // A machine that is busy elsewhere may let the second come first once or twice; the rest is the first one's.
  expect(ticks().filter((command) => command === 'one tick').length).toBeGreaterThanOrEqual(4);
  expect(performance.now() - since).toBeGreaterThan(3 * 500);
  expect(made.conflicts() - before).toBeLessThanOrEqual(2);
});

describe('what follows from a commit', () => {
  const agentOn = async (node: Awaited<ReturnType<typeof pair>>['one'], id: string): Promise<void> => {
    const profile = { id, role: 'developer', instance: id, accepts: 'push' as const };
    const { agent } = await node.run(decideRegister, { profile, via: 'http' });
    node.presence.beat(id, agent.connection);
  };

  test('is seen to by the node that wrote it, whatever its rank', async () => {
    const { one, two, commands } = await pair();
    const sent = vi.spyOn(one.ledger, 'execute');
    await agentOn(two, 'alice');
    await agentOn(two, 'bob');
    const held = await two.run(decideClaim, { paths: ['a.ts'] }, 'alice');
    await two.run(decideClaim, { paths: ['a.ts'], waitMs: 60_000 }, 'bob');
    if (!held.granted) throw new Error('alice has it');
    await two.run(decideRelease, { lockId: held.lockId, fence: held.fence }, 'alice');
    await two.run(decideCreate, { title: 'Add login' });
    await vi.waitUntil(() => commands.includes('two task.assignments') && commands.includes('two lock.grant'));
    await one.ledger.catchUp();
    expect(sent.mock.calls.map(([{ command }]) => command)).not.toContain('lock.grant');
    expect(sent.mock.calls.map(([{ command }]) => command)).not.toContain('task.assignments');
  });

  test('is seen to by the others when that node is gone', async () => {
    const { one, two, commands, sayGone } = await pair();
    await agentOn(one, 'alice');
    two.housekeeping.stop();
    await two.run(decideCreate, { title: 'Add login' });
    await one.ledger.catchUp();
    expect(commands).not.toContain('one task.assignments');
    sayGone('two');
    await vi.waitUntil(() => commands.includes('one task.assignments'));
  });
});

describe('agents of a node that is gone', () => {
  test('have all their time again, and so has everybody over HTTP', async () => {
    const { one, two, sayGone } = await pair();
    const connections = new Map<string, number>();
    for (const [node, id, via] of [
      [two, 'alice', 'socket'],
      [two, 'bob', 'http'],
      [one, 'carol', 'socket'],
    ] as const) {
      const profile = { id, role: 'developer', instance: id };
      const { agent } = await node.run(decideRegister, { profile, via });
      connections.set(id, agent.connection);
    }
    await one.ledger.catchUp();
    for (const [id, connection] of connections) one.presence.beat(id, connection);
    const ages = (): number[] => [...connections].map(([id, connection]) => one.presence.ageOf(id, connection));
    await vi.waitUntil(() => ages().every((age) => age > 300));
    sayGone('two');
    const [alice = 0, bob = 0, carol = 0] = ages();
    expect([alice < 100, bob < 100, carol < 100]).toEqual([true, true, false]);
  });
});

test.each([
  ['on its socket to', 'socket', 'one'],
  ['over HTTP, by', 'http', 'two'],
] as const)(
  'an agent that is heard again %s one node is not lost once more by what another knew before',
  async (_, via, at) => {
    const nodes = await pair();
    const { one, two } = nodes;
    const profile = { id: 'alice', role: 'developer', instance: 'i1', heartbeatEveryMs: 5_000 };
    const { agent } = await nodes[at].run(decideRegister, { profile, via });
    one.presence.beat('alice', agent.connection);
    const seenByTwo = (presence: string) =>
      vi.waitUntil(() => two.ledger.read((view) => view.get('agent', 'alice')?.presence === presence), {
        timeout: 5_000,
      });
    await seenByTwo('present');
    two.presence.heardElsewhere(['alice', agent.connection, 0]);
    for (const node of [one, two]) node.pass(20_000);
    await seenByTwo('lost');
    one.presence.beat('alice', agent.connection);
    await seenByTwo('present');
    expect(two.presence.ageOf('alice', agent.connection)).toBeLessThan(5_000);
  },
);

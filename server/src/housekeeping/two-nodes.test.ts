import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
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
import { SOON } from '../testing/soon.ts';
import { Housekeeping } from './housekeeping.ts';

const HUB = { kind: 'hub' } as const;
const LOOK_EVERY_MS = 100;
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

interface Looking {
  /** What it would do every time it looks. */
  looks: readonly (() => void)[];
}

/**
 * Two nodes on one ledger, each with its housekeeping, in a time of their own: it moves, and they look, when a test says
 * so. The second is told that the first is gone by `sayGone`.
 */
async function pair() {
  const memory = new MemoryLedger();
  const told: ((node: string) => void)[] = [];
  const commands: string[] = [];
  let ms = 1_000;
  const monotonic = (): number => ms;
  const open = async (node: string, rank: number) => {
    const live = new LiveTime(monotonic);
    const ledger = await Ledger.open({ store: new DistantStore(memory, node), node, monotonic });
    memory.tails.set(node, (message) => ledger.heard(message));
    const sent = vi.spyOn(ledger, 'execute');
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
    const looks: (() => void)[] = [];
    vi.stubGlobal('setInterval', (look: () => void) => {
      looks.push(look);
      return { unref() {} };
    });
    const housekeeping = await Housekeeping.start({ id: 'acme', ledger, presence, loops: new LoopBreaker() }, nodes);
    vi.unstubAllGlobals();
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
    /** Is everything it has begun answered, and everything heard that was written? */
    const isSettled = (): boolean =>
      ledger.seq === memory.seq && sent.mock.settledResults.every(({ type }) => type !== 'incomplete');
    return { ledger, housekeeping, presence, live, looks, sent, isSettled, run };
  };
  const [one, two] = [await open('one', 0), await open('two', 1)];
  const both = [one, two];
  const pass = (by: number): void => {
    for (let left = by; left > 0; left -= LOOK_EVERY_MS) {
      ms += LOOK_EVERY_MS;
      for (const { live } of both) live.now();
    }
  };
  /** Time for one look. The second looks first: of what the first does at the same moment it hears before its next. */
  const look = async (who: readonly Looking[] = [two, one]): Promise<void> => {
    pass(LOOK_EVERY_MS);
    for (const { looks } of who) for (const call of looks) call();
    do {
      await turn();
      await Promise.all(both.map(({ ledger }) => ledger.read(() => undefined)));
    } while (!both.every(({ isSettled }) => isSettled()));
  };
  return {
    one,
    two,
    commands,
    pass,
    look,
    async lookUntil(fact: () => boolean | Promise<boolean>, who?: readonly Looking[]): Promise<void> {
      for (let looks = 0; looks < 100; looks++) {
        if (await fact()) return;
        await look(who);
      }
      throw new Error('not within a hundred looks');
    },
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
    await made.lookUntil(() => made.two.ledger.read((view) => view.count('lock') === 0));
    const swept = made.commands.filter((command) => command.endsWith('lock.expire'));
    expect(swept).toEqual(Array(LEASES).fill('one lock.expire'));
    expect(made.two.sent).not.toHaveBeenCalled();
    expect(made.conflicts() - before).toBe(0);
  });

  test('are swept by the second node when the first does nothing', async () => {
    const made = await pair();
    made.one.housekeeping.stop();
    await endingLeases(made);
    await made.lookUntil(() => made.one.ledger.read((view) => view.count('lock') === 0), [made.two]);
    expect(made.commands.filter((command) => command.endsWith('lock.expire'))).toEqual(
      Array(LEASES).fill('two lock.expire'),
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
  for (let looks = 0; looks < 3_000 / LOOK_EVERY_MS; looks++) await made.look();
  expect(commands.filter((command) => command.endsWith('tick'))).toEqual(Array(6).fill('one tick'));
  expect(made.conflicts() - before).toBe(0);
});

describe('what follows from a commit', () => {
  const agentOn = async (node: Awaited<ReturnType<typeof pair>>['one'], id: string): Promise<void> => {
    const profile = { id, role: 'developer', instance: id, accepts: 'push' as const };
    const { agent } = await node.run(decideRegister, { profile, via: 'http' });
    node.presence.beat(id, agent.connection);
  };

  test('is seen to by the node that wrote it, whatever its rank', async () => {
    const { one, two, commands } = await pair();
    await agentOn(two, 'alice');
    await agentOn(two, 'bob');
    const held = await two.run(decideClaim, { paths: ['a.ts'] }, 'alice');
    await two.run(decideClaim, { paths: ['a.ts'], waitMs: 60_000 }, 'bob');
    if (!held.granted) throw new Error('alice has it');
    await two.run(decideRelease, { lockId: held.lockId, fence: held.fence }, 'alice');
    await two.run(decideCreate, { title: 'Add login' });
    await vi.waitUntil(() => commands.includes('two task.assignments') && commands.includes('two lock.grant'), SOON);
    await one.ledger.catchUp();
    expect(one.sent.mock.calls.map(([{ command }]) => command)).not.toContain('lock.grant');
    expect(one.sent.mock.calls.map(([{ command }]) => command)).not.toContain('task.assignments');
  });

  test('is seen to by the others when that node is gone', async () => {
    const { one, two, commands, sayGone } = await pair();
    await agentOn(one, 'alice');
    two.housekeeping.stop();
    await two.run(decideCreate, { title: 'Add login' });
    await one.ledger.catchUp();
    expect(commands).not.toContain('one task.assignments');
    sayGone('two');
    await vi.waitUntil(() => commands.includes('one task.assignments'), SOON);
  });
});

describe('agents of a node that is gone', () => {
  test('have all their time again, and so has everybody over HTTP', async () => {
    const { one, two, pass, sayGone } = await pair();
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
    pass(400);
    expect(ages()).toEqual([400, 400, 400]);
    sayGone('two');
    expect(ages()).toEqual([0, 0, 400]);
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
      nodes.lookUntil(() => two.ledger.read((view) => view.get('agent', 'alice')?.presence === presence));
    await seenByTwo('present');
    two.presence.heardElsewhere(['alice', agent.connection, 0]);
    nodes.pass(20_000);
    await seenByTwo('lost');
    one.presence.beat('alice', agent.connection);
    await seenByTwo('present');
    expect(two.presence.ageOf('alice', agent.connection)).toBeLessThan(5_000);
  },
);

import { setImmediate as turn } from 'node:timers/promises';
import type { Transaction } from '@signalbox/shared/transaction';
import { describe, expect, test, vi } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideRegister } from '../domain/agents.ts';
import { decideClaim } from '../domain/locks.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { Housekeeping } from '../housekeeping/housekeeping.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { Ledger } from './ledger.ts';
import { MemoryLedger, MemoryStore } from './memory-store.ts';
import type { AppendAnswer, Batch } from './store.ts';
import type { TailMessage } from './tail.ts';
import { randomOf } from './testing/random.ts';
import { UnsteadyStore } from './testing/unsteady-store.ts';

const STEP_MS = 50;
const LATEST_MS = 2_000;
const WORLDS = 30;
/** A stop of everything counts at most this much, and one of the store that much: {@link LedgerClock}. */
const STOP_COUNTS_MS = 250;
const OUTAGE_COUNTS_MS = 750;
/** Who has missed something hears of it with the next beacon of the others, or because its connection is a new one. */
const MISSED_IS_NOTICED_MS = 1_000;

interface Lease {
  ttlMs: number;
  /** Time that has passed for somebody since it was granted: the most and the least that can be meant by it. */
  most: number;
  least: number;
}

interface SimulatedNode {
  ledger: Ledger;
  timers: { call: () => void; everyMs: number }[];
  inbox: TailMessage[];
  stoppedUntil: number;
  /** When it missed what another one wrote, and does not know yet. */
  missedAt: number | undefined;
  /** Pending while it is stopped: what comes for it waits. */
  asleep: Promise<void> | undefined;
  wake(): void;
}

class WatchedStore extends MemoryStore {
  onWritten = (_txs: readonly Transaction[]): void => {};

  override async append(batch: Batch): Promise<AppendAnswer> {
    // A turn ends in real time, which stands still here.
    const answer = await super.append({ ...batch, asksForTurn: false });
    if (answer.kind === 'ok') this.onWritten(batch.txs);
    return answer;
  }
}

/** Nodes with their housekeeping on one ledger, in a time of their own; each can be stopped as SIGSTOP does, and so can their store. */
class World {
  readonly #memory = new MemoryLedger();
  readonly #random: () => number;
  readonly nodes: SimulatedNode[] = [];
  readonly #leases = new Map<string, Lease>();
  readonly late: number[] = [];
  readonly early: number[] = [];
  readonly happened = { stops: 0, stopsOfAll: 0, outages: 0, lost: 0, expired: 0 };
  #ms = 1_000;
  #most = 0;
  #least = 0;
  /** For how long everything has been standing still, and the store been away while something ran. */
  #stopped = 0;
  #away = 0;
  #storeDownUntil = 0;
  #storeIsBack = (): void => {};
  #storeAway: Promise<void> | undefined;
  #made = 0;
  #connection = 0;

  private constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  static async of(seed: number, size: number): Promise<World> {
    const world = new World(seed);
    for (let rank = 0; rank < size; rank++) world.nodes.push(await world.#open(rank));
    // Her heartbeats are rare enough that she is not missed while this lasts.
    const profile = {
      id: 'alice',
      role: 'developer',
      instance: 'x',
      accepts: 'none',
      heartbeatEveryMs: 60_000,
    } as const;
    const registered = await world.nodes[0]?.ledger.execute({
      command: 'agent.register',
      caller: { kind: 'hub' },
      decide: guarded(decideRegister, { profile, via: 'http' }),
    });
    world.#connection = registered?.ok === true ? registered.reply.agent.connection : 0;
    return world;
  }

  async #open(rank: number): Promise<SimulatedNode> {
    const name = `node ${rank}`;
    const monotonic = (): number => this.#ms;
    const timers: SimulatedNode['timers'] = [];
    const node: Omit<SimulatedNode, 'ledger'> = {
      timers,
      inbox: [],
      stoppedUntil: 0,
      missedAt: undefined,
      wake: () => {},
      asleep: undefined,
    };
    const weather = {
      fault: () => undefined,
      travel: async () => {
        await this.#storeAway;
        await node.asleep;
      },
    };
    vi.stubGlobal('setInterval', (call: () => void, everyMs: number) => {
      timers.push({ call, everyMs });
      return { unref() {} };
    });
    const written = new WatchedStore(this.#memory, name);
    written.onWritten = (txs) => this.#written(txs);
    const store = new UnsteadyStore(written, weather);
    const ledger = await Ledger.open({ store, node: name, monotonic });
    const live = new LiveTime(monotonic);
    const nodes = { ...alone(live), rank: () => rank };
    await Housekeeping.start({ id: 'acme', ledger, presence: new Presence(live), loops: new LoopBreaker() }, nodes);
    vi.unstubAllGlobals();
    this.#memory.tails.set(name, (message) => {
      if (this.#random() >= 0.1) return void node.inbox.push(message);
      this.happened.lost++;
      node.missedAt ??= this.#ms;
    });
    ledger.onCommit((committed) => {
      for (const { tx } of committed)
        if (tx.command === 'lock.expire') for (const [, id] of tx.removes) this.#expired(id);
    });
    return Object.assign(node, { ledger });
  }

  get leases(): number {
    return this.#leases.size;
  }

  claim(): void {
    const running = this.nodes.filter(({ stoppedUntil }) => stoppedUntil <= this.#ms);
    const node = running[Math.floor(this.#random() * running.length)];
    if (node === undefined) return;
    const ttlMs = 5_000 + Math.floor(this.#random() * 5_000);
    void node.ledger.execute({
      command: 'lock.claim',
      caller: { kind: 'agent', agentId: 'alice', connection: this.#connection },
      decide: guarded(decideClaim, { paths: [`${++this.#made}.ts`], ttlMs }),
    });
  }

  /** From here on the lease runs, whenever its holder hears of it. */
  #written(txs: readonly Transaction[]): void {
    for (const { puts } of txs)
      for (const put of puts)
        if (put.kind === 'lock') this.#leases.set(put.id, { ttlMs: put.ttlMs, most: this.#most, least: this.#least });
  }

  #expired(id: string): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#leases.delete(id);
    this.happened.expired++;
    this.early.push(lease.ttlMs - (this.#most - lease.most));
    this.late.push(this.#least - lease.least - lease.ttlMs);
  }

  /** Something stops for a while, now and then; what is stopped already stays stopped. */
  #trouble(): void {
    const kind = this.#random();
    const until = this.#ms + 300 * 60 ** this.#random();
    if (kind < 0.6) {
      const node = this.nodes[Math.floor(this.#random() * this.nodes.length)];
      if (node !== undefined) stop(node, until);
      this.happened.stops++;
    } else if (kind < 0.8) {
      for (const node of this.nodes) stop(node, until);
      this.happened.stopsOfAll++;
    } else if (this.#storeAway === undefined) {
      this.#storeDownUntil = until;
      this.#storeAway = new Promise((resolve) => {
        this.#storeIsBack = resolve;
      });
      this.happened.outages++;
    }
  }

  async step(troubleEveryMs: number): Promise<void> {
    this.#ms += STEP_MS;
    if (this.#random() < STEP_MS / troubleEveryMs) this.#trouble();
    if (this.#storeAway !== undefined && this.#storeDownUntil <= this.#ms) {
      this.#storeAway = undefined;
      this.#storeIsBack();
    }
    this.#countTime();
    for (const node of this.nodes) {
      if (node.stoppedUntil > this.#ms) continue;
      node.asleep = undefined;
      node.wake();
      for (const message of node.inbox.splice(0)) node.ledger.heard(message);
      if (node.missedAt !== undefined && node.missedAt + MISSED_IS_NOTICED_MS <= this.#ms) {
        node.missedAt = undefined;
        void node.ledger.catchUp();
      }
      for (const { call, everyMs } of node.timers) if (this.#ms % everyMs < STEP_MS) call();
    }
    for (let turns = 0; turns < 8; turns++) await turn();
    if (this.#storeAway !== undefined) return;
    const awake = this.nodes.filter(({ asleep }) => asleep === undefined);
    await Promise.all(awake.map(({ ledger }) => ledger.read(() => undefined)));
  }

  #countTime(): void {
    const runs = this.nodes.some(({ stoppedUntil }) => stoppedUntil <= this.#ms);
    const away = this.#storeAway !== undefined;
    if (runs) this.#stopped = 0;
    else this.#stopped += STEP_MS;
    if (!away) this.#away = 0;
    else if (runs) this.#away += STEP_MS;
    if (runs && !away) this.#least += STEP_MS;
    if (runs ? this.#away <= OUTAGE_COUNTS_MS : this.#stopped <= STOP_COUNTS_MS) this.#most += STEP_MS;
  }

  async close(): Promise<void> {
    this.#storeIsBack();
    for (const node of this.nodes) {
      node.asleep = undefined;
      node.wake();
    }
    await Promise.all(this.nodes.map(({ ledger }) => ledger.close()));
  }
}

function stop(node: SimulatedNode, until: number): void {
  node.stoppedUntil = Math.max(node.stoppedUntil, until);
  node.asleep ??= new Promise((resolve) => {
    node.wake = resolve;
  });
}

/** The first world; another one looks at others. */
const first = Number(process.env.SEED ?? 1);

describe.each([1, 2, 3])('leases on %i nodes', (size) => {
  test('never end early, nor more than two seconds late, whatever stops meanwhile', async () => {
    const happened: Record<string, number> = {};
    let [early, late] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let seed = first; seed < first + WORLDS; seed++) {
      const world = await World.of(seed, size);
      for (let steps = 0; steps < 600; steps++) {
        // In between nobody does anything: only ticks move the clock.
        if (steps % 200 < 60 && steps % 5 === 0) world.claim();
        await world.step(4_000);
      }
      for (let steps = 0; world.leases > 0 && steps < 1_000; steps++) await world.step(Number.POSITIVE_INFINITY);
      expect([seed, world.leases]).toEqual([seed, 0]);
      await world.close();
      early = Math.max(early, ...world.early);
      late = Math.max(late, ...world.late);
      for (const [what, times] of Object.entries(world.happened)) happened[what] = (happened[what] ?? 0) + times;
    }
    // A weather that was none proves nothing.
    for (const what of ['stops', 'stopsOfAll', 'outages', 'expired', ...(size > 1 ? ['lost'] : [])])
      expect([what, (happened[what] ?? 0) > 10]).toEqual([what, true]);
    expect(early).toBeLessThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(LATEST_MS);
  });
});

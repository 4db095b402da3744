import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal, type Refusal } from '@signalbox/shared/errors';
import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { Cursor } from '@signalbox/shared/protocol';
import { REQUEST_TIMEOUT_MS } from '@signalbox/shared/time';
import { type BatchPlan, decideBatch } from './batch.ts';
import type { Committed } from './committed.ts';
import { ForcedCatchUps } from './forced-catch-ups.ts';
import { Lanes } from './lanes.ts';
import type { Contention, Failpoint, LedgerOptions } from './ledger-options.ts';
import { NodeCopy } from './node-copy.ts';
import { inTurns, type PreparedCopy, prepareCopy } from './prepared-copy.ts';
import { Reads } from './reads.ts';
import type { Replica } from './replica.ts';
import { SteadyStore } from './steady-store.ts';
import { type Batch, LedgerRemoved, type LogEntry } from './store.ts';
import { Pending, type Settled, type Submission } from './submission.ts';
import type { TailMessage } from './tail.ts';
import { TailQueue } from './tail-queue.ts';
import { removed, stopping } from './unsettled.ts';

export type { Committed } from './committed.ts';
export type { Failpoint, LedgerOptions } from './ledger-options.ts';

/** Settled a little before the client's own end, so that it hears a typed answer. */
const SETTLE_WITHIN_MS = REQUEST_TIMEOUT_MS - 500;
const LOOK_AT_DEADLINES_EVERY_MS = 250;
/** A store that is away when the ledger closes may take so long to come back. */
const CLOSE_WITHIN_MS = 2_000;
/** Commands that have waited this long ask for the turn: without it a slower node never gets in between faster ones. */
const ASK_FOR_TURN_AFTER_MS = 10;

/**
 * The ledger of one project on one node: the queue of commands, their decisions in batches, one append on the wire at a
 * time, and the copy they are decided on. While a batch is on the wire nothing else reads or writes the copy.
 */
export class Ledger {
  readonly node: string;
  readonly #store: SteadyStore;
  readonly #windowBytes: number | undefined;
  #copy: NodeCopy;
  readonly #monotonic: () => number;
  readonly #wallClock: () => number;
  readonly #onThrow: (command: string, error: unknown) => void;
  readonly #removedListeners: Listeners<[]>;
  readonly #failpoint: (name: Failpoint) => void;
  readonly #lanes = new Lanes();
  readonly #tail = new TailQueue();
  readonly #reads = new Reads();
  readonly #forced: ForcedCatchUps;
  readonly #commitListeners: Listeners<[committed: readonly Committed[]]>;
  readonly #resetListeners: Listeners<[]>;
  readonly #timer: NodeJS.Timeout;
  #conflicts = 0;
  /** The newest epoch any node has spoken of. */
  #newestEpoch: number;
  #running = false;
  /** The copy holds what is not committed, or its commit has not been told yet. */
  #busy = false;
  #scheduled = false;
  #closed = false;
  #removed = false;

  private constructor(options: LedgerOptions, loaded: PreparedCopy) {
    this.node = options.node;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#wallClock = options.wallClock ?? (() => Date.now());
    this.#onThrow = options.onThrow ?? (() => {});
    this.#commitListeners = new Listeners((error) => this.#onThrow('commit listener', error));
    this.#resetListeners = new Listeners((error) => this.#onThrow('reset listener', error));
    this.#removedListeners = new Listeners((error) => this.#onThrow('removed', error));
    if (options.onRemoved) this.#removedListeners.on(options.onRemoved);
    this.#failpoint = options.failpoint ?? (() => {});
    this.#store = new SteadyStore(options.store, this.#monotonic);
    this.#forced = new ForcedCatchUps(this, this.#monotonic);
    this.#windowBytes = options.windowBytes;
    this.#copy = new NodeCopy(loaded, this.#monotonic);
    this.#newestEpoch = loaded.epoch;
    this.#timer = setInterval(
      () => this.#lanes.settleLate(this.#monotonic() - SETTLE_WITHIN_MS, this.failingSince !== undefined),
      LOOK_AT_DEADLINES_EVERY_MS,
    );
    this.#timer.unref();
  }

  /** Adopts the store's run and loads everything. Rejects when the store cannot be reached, or says that the project was removed. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    await options.store.adopt(0);
    return new Ledger(options, await prepareCopy(await options.store.load(), options.windowBytes));
  }

  get epoch(): number {
    return this.#copy.era.epoch;
  }
  /** Seq of the newest committed transaction. */
  get seq(): number {
    return this.#copy.seq;
  }
  /** Digest of what subscribers of the project see at {@link seq}. */
  get digest(): string {
    return this.#copy.digest;
  }
  /** Ledger time now; it stands still while the store is away. */
  now(): number {
    return this.#copy.clock.now();
  }
  wantsTick(): boolean {
    return this.#copy.clock.wantsTick();
  }
  /** Since when (monotonic) the store does not answer; undefined when it does. */
  get failingSince(): number | undefined {
    return this.#store.failingSince;
  }
  /** Does the store say that the project was removed? */
  get removed(): boolean {
    return this.#removed;
  }
  get queued(): number {
    return this.#lanes.waiting;
  }
  /** How many wait to read, or to be level with the store. */
  get readers(): number {
    return this.#reads.waiting + this.#tail.asking;
  }
  get contention(): Contention {
    return { conflicts: this.#conflicts, waits: this.#store.waits };
  }

  /** Decides and appends a command. Always settles, within 10 s, and never rejects. */
  execute<O>(submission: Submission<O>): Promise<Settled<O>> {
    if (this.#closed) return Promise.resolve({ ok: false, error: (this.#removed ? removed() : stopping()).refused });
    return new Promise((resolve) => {
      this.#lanes.add(new Pending(submission, this.#monotonic(), resolve as (settled: Settled) => void));
      this.#schedule();
    });
  }

  /** The committed state, unless a batch is being decided or on the wire: then {@link read} waits for it. */
  get resting(): Replica | undefined {
    return this.#busy ? undefined : this.#copy.replica;
  }

  /** Runs `read` on the committed state, between batches. */
  read<T>(read: (replica: Replica) => T): Promise<T> {
    if (!this.#busy) return Promise.resolve(read(this.#copy.replica));
    return this.#reads.add(() => read(this.#copy.replica));
  }

  /** Another node has written: taken in between batches, or read from the store when something before it is missing. */
  heard(message: TailMessage): void {
    this.#newestEpoch = Math.max(this.#newestEpoch, message.epoch);
    if (this.#closed || this.#copy.covers({ epoch: message.epoch, seq: message.to })) return;
    this.#tail.add(message);
    this.#schedule();
  }

  /**
   * Takes in whatever the store has that was not heard of, another epoch too. Resolves when that is done, or when the
   * ledger closes; until then it waits for a store that is away.
   */
  catchUp(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const done = this.#tail.ask();
    this.#schedule();
    return done;
  }

  /** Is the copy at least that new? Asks the store when it is not; false when nothing that new was written. */
  async reach(cursor: Cursor): Promise<boolean> {
    if (!this.#copy.covers(cursor)) await this.#forced.run();
    return this.#copy.covers(cursor);
  }

  /** Hears everything committed, in order of seq, whichever node wrote it. Returns its off. */
  onCommit(listener: (committed: readonly Committed[]) => void): Off {
    return this.#commitListeners.on(listener);
  }

  /** Hears that the records were loaded anew: another epoch, or too much was missed. Returns its off. */
  onReset(listener: () => void): Off {
    return this.#resetListeners.on(listener);
  }

  /** Lets what is queued finish, as long as the store answers, then refuses everything. */
  async close(): Promise<void> {
    const giveUpAt = this.#monotonic() + CLOSE_WITHIN_MS;
    while (this.#running || this.queued > 0) {
      if (this.failingSince !== undefined && this.#monotonic() >= giveUpAt) break;
      await delay(5);
    }
    this.#lanes.giveUpBatch();
    this.#end(stopping());
  }

  #end(why: Refusal): void {
    this.#closed = true;
    this.#store.close();
    clearInterval(this.#timer);
    this.#lanes.giveUpWaiting(why);
    this.#tail.take().settle();
  }

  /** A turn of the event loop later, so that all frames that came in together are decided together. */
  #schedule(): void {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.queued > 0 || this.#tail.waiting) {
        if (this.#tail.waiting) await this.#follow();
        this.#busy = true;
        const plan = this.#decide();
        if (plan.decided.length > 0) await this.#commit(plan);
        this.#runReads();
      }
    } catch (error) {
      if (!this.#closed) await this.#startOver(error).catch((reason) => this.#endIfRemoved(reason));
    } finally {
      this.#running = false;
      this.#runReads();
      if (this.queued > 0 || this.#tail.waiting) this.#schedule();
    }
  }

  /** Nothing in the loop is expected to throw; whatever does leaves neither it stuck nor half a batch in the copy. */
  async #startOver(error: unknown): Promise<void> {
    if (error instanceof LedgerRemoved) throw error;
    this.#onThrow('ledger', error);
    this.#lanes.giveUpBatch();
    await this.#reload();
  }

  /** Nothing here can be written any more, and what was decided must not come up in a new project of the same id. */
  #endIfRemoved(error: unknown): void {
    // Otherwise it was closed: nothing else ends a reload before it succeeds.
    if (!(error instanceof LedgerRemoved) || this.#closed) return;
    this.#removed = true;
    this.#lanes.giveUpBatch(removed());
    this.#end(removed());
    this.#removedListeners.tell();
  }

  /** The copy is what was committed: what waited to read it does so, and nothing waits until the next batch. */
  #runReads(): void {
    this.#busy = false;
    this.#reads.run();
  }

  #decide(): BatchPlan {
    const { draft, receipts, overdrawn, seq, clock } = this.#copy;
    return decideBatch({
      draft,
      receipts,
      overdrawn,
      epoch: this.epoch,
      base: seq,
      node: this.node,
      clock: () => clock.now(),
      wallClock: this.#wallClock,
      monotonic: this.#monotonic,
      take: () => this.#lanes.take(),
      onThrow: this.#onThrow,
    });
  }

  async #commit(plan: BatchPlan): Promise<void> {
    const written = plan.decided.flatMap(({ tx, encoded, changes }) =>
      tx && encoded ? [{ tx, encoded, changes, puts: encoded.puts, bytes: encoded.text.length }] : [],
    );
    const batch: Batch = {
      ...this.#copy.era,
      batchId: randomUUID(),
      base: this.seq,
      asksForTurn: false,
      txs: written.map(({ tx }) => tx),
      encoded: written.map(({ encoded }) => encoded),
    };
    const oldest = plan.decided.reduce(
      (since, { pending }) => Math.min(since, pending.since),
      Number.POSITIVE_INFINITY,
    );
    const answer = await this.#store.append(batch, () => this.#monotonic() - oldest >= ASK_FOR_TURN_AFTER_MS);
    this.#failpoint('append-answered');
    if (answer.kind === 'ok') {
      this.#copy.committed(plan.decided, batch.batchId);
      this.#settle(plan);
      if (written.length > 0) this.#commitListeners.tell(written);
      return;
    }
    this.#copy.undo(plan);
    this.#runReads();
    if (answer.kind === 'refused') return this.#again(plan);
    if (answer.kind === 'conflict') {
      this.#conflicts++;
      const follows = await this.#connect(answer.missed, answer.more);
      if (!follows || this.seq === batch.base) await this.#reload();
      return this.#again(plan);
    }
    await this.#enterEpoch();
    // The batch may have been written just before the store's run ended: then its outcome is in what was read.
    if ((await this.#store.lastBatchOf(this.node)) === batch.batchId) this.#settle(plan);
    else this.#again(plan);
  }

  #settle(plan: BatchPlan): void {
    this.#lanes.landed();
    for (const { pending, reply, tx } of plan.decided) {
      if (isRefusal(reply)) pending.settle({ ok: false, error: reply.refused });
      else pending.settle({ ok: true, epoch: this.epoch, seq: tx?.seq ?? this.seq, reply });
    }
  }

  /** To be decided again on the newer view. */
  #again(plan: BatchPlan): void {
    this.#lanes.putBack(plan.decided.map(({ pending }) => pending));
  }

  /** Takes in what was heard; asks the store for what was not. */
  async #follow(): Promise<void> {
    const { messages, askStore, settle } = this.#tail.take();
    try {
      let missing = askStore;
      for (const { epoch, entry, to } of messages) {
        if (this.#copy.covers({ epoch, seq: to })) continue;
        if (epoch !== this.epoch || entry === undefined || !this.#takeIn(entry)) missing = true;
      }
      if (!missing) return;
      const { run, epoch } = await this.#store.adopt(this.#newestEpoch);
      const same = run === this.#copy.era.run && epoch === this.epoch;
      if (!same) await this.#enterEpoch();
      else if (!(await this.#connect([], true))) await this.#reload();
    } finally {
      settle();
    }
  }

  /** Takes in `missed` and what the store has after that; false when they do not follow on what is here. */
  async #connect(missed: LogEntry[], more: boolean): Promise<boolean> {
    for (const entry of missed) if (!this.#takeIn(entry)) return false;
    if (!more) return true;
    const rest = await this.#store.entriesAfter(this.#copy.era, this.seq);
    return rest !== undefined && (await this.#connect(rest, false));
  }

  /** Readers see the copy after every entry, as they do after every own batch. */
  #takeIn(entry: LogEntry): boolean {
    this.#busy = true;
    const committed = this.#copy.apply(entry);
    if (committed !== undefined) this.#commitListeners.tell(committed);
    this.#runReads();
    return committed !== undefined;
  }

  /**
   * Another run of the store: nobody knows what it has lost, so everything it gives out is of a newer epoch. If it still
   * has the entry that the copy ends with, it has all before it, and the copy needs only what came after.
   */
  async #enterEpoch(): Promise<void> {
    const era = await this.#store.adopt(this.#newestEpoch);
    const { lastEntry } = this.#copy;
    const missed = lastEntry && (await this.#store.continuation(lastEntry));
    if (missed === undefined) return this.#reload();
    this.#busy = true;
    const copy = this.#copy;
    await inTurns(missed, (entry) => void copy.apply(entry));
    if (this.seq !== (missed.at(-1)?.to ?? lastEntry?.seq)) return this.#reload();
    this.#newestEpoch = era.epoch;
    copy.enter(era);
    this.#resetListeners.tell();
    this.#runReads();
  }

  async #reload(): Promise<void> {
    this.#newestEpoch = (await this.#store.adopt(this.#newestEpoch)).epoch;
    const loaded = await prepareCopy(await this.#store.load(), this.#windowBytes);
    this.#busy = true;
    this.#copy = new NodeCopy(loaded, this.#monotonic);
    this.#resetListeners.tell();
    this.#runReads();
  }
}

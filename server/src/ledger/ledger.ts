import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal } from '@signalbox/shared/errors';
import { REQUEST_TIMEOUT_MS } from '@signalbox/shared/time';
import { apply, type Transaction } from '@signalbox/shared/transaction';
import type { RecordChange } from '../domain/record-change.ts';
import { type BatchPlan, decideBatch } from './batch.ts';
import { LedgerClock } from './clock.ts';
import { LedgerDraft, undo } from './draft.ts';
import { Lanes } from './lanes.ts';
import { Receipts } from './receipts.ts';
import { Replica } from './replica.ts';
import {
  type AppendAnswer,
  type Batch,
  type Era,
  type LedgerStore,
  type LoadedLedger,
  type LogEntry,
  StoreRefused,
} from './store.ts';
import { Pending, type Settled, type Submission } from './submission.ts';
import { stopping } from './unsettled.ts';

/** Settled a little before the client's own end, so that it hears a typed answer. */
const SETTLE_WITHIN_MS = REQUEST_TIMEOUT_MS - 500;
const LOOK_AT_DEADLINES_EVERY_MS = 250;
const RESEND_AFTER_MS = [20, 50, 100, 250, 500, 1_000];
/** A store that is away when the ledger closes may take so long to come back. */
const CLOSE_WITHIN_MS = 2_000;

/** A committed transaction with what each of its records was before. */
export interface Committed {
  tx: Transaction;
  changes: RecordChange[];
}

export interface LedgerOptions {
  store: LedgerStore;
  /** Random id of this process. */
  node: string;
  monotonic?: () => number;
  wallClock?: () => number;
  onThrow?: (command: string, error: unknown) => void;
  /** Called at named points, so that a test can kill the process exactly there. */
  failpoint?: (name: Failpoint) => void;
}

export type Failpoint = 'append-answered';

/**
 * The ledger of one project on one node: the queue of commands, their decisions in batches, one append on the wire at a
 * time, and the replica they are decided on. While a batch is on the wire nothing else reads or writes the replica.
 */
export class Ledger {
  readonly node: string;
  readonly #store: LedgerStore;
  readonly #monotonic: () => number;
  readonly #wallClock: () => number;
  readonly #onThrow: (command: string, error: unknown) => void;
  readonly #failpoint: (name: Failpoint) => void;
  readonly #lanes = new Lanes();
  readonly #reads: (() => void)[] = [];
  readonly #commitListeners = new Set<(committed: readonly Committed[]) => void>();
  readonly #resetListeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #replica = new Replica();
  #draft = new LedgerDraft(this.#replica);
  #receipts = new Receipts();
  #clock: LedgerClock;
  #era: Era;
  #seq = 0;
  /** Taken from the queue and neither committed nor back in it. */
  #running = false;
  #scheduled = false;
  #closed = false;
  #failingSince: number | undefined;

  private constructor(options: LedgerOptions, era: Era) {
    this.node = options.node;
    this.#store = options.store;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#wallClock = options.wallClock ?? (() => Date.now());
    this.#onThrow = options.onThrow ?? (() => {});
    this.#failpoint = options.failpoint ?? (() => {});
    this.#clock = new LedgerClock(this.#monotonic, 0);
    this.#era = era;
    this.#timer = setInterval(
      () => this.#lanes.settleLate(this.#monotonic() - SETTLE_WITHIN_MS, this.#failingSince !== undefined),
      LOOK_AT_DEADLINES_EVERY_MS,
    );
    this.#timer.unref();
  }

  /** Adopts the store's run and loads everything. Rejects when the store cannot be reached. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const era = await options.store.adopt(0);
    const ledger = new Ledger(options, era);
    ledger.#take(await options.store.load());
    return ledger;
  }

  get epoch(): number {
    return this.#era.epoch;
  }
  /** Seq of the newest committed transaction. */
  get seq(): number {
    return this.#seq;
  }
  /** Ledger time now; it stands still while the store is away. */
  now(): number {
    return this.#clock.now();
  }
  wantsTick(): boolean {
    return this.#clock.wantsTick();
  }
  /** Since when (monotonic) the store does not answer; undefined when it does. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }
  get queued(): number {
    return this.#lanes.waiting;
  }

  /** Decides and appends a command. Always settles, within 10 s, and never rejects. */
  execute<O>(submission: Submission<O>): Promise<Settled<O>> {
    if (this.#closed) return Promise.resolve({ ok: false, error: stopping().refused });
    return new Promise((resolve) => {
      this.#lanes.add(new Pending(submission, this.#monotonic(), resolve as (settled: Settled) => void));
      this.#schedule();
    });
  }

  /** Runs `read` on the committed state, between batches. */
  read<T>(read: (replica: Replica) => T): Promise<T> {
    if (!this.#running) return Promise.resolve(read(this.#replica));
    return new Promise((resolve, reject) => {
      this.#reads.push(() => {
        try {
          resolve(read(this.#replica));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Hears every committed batch, after its acks. Returns its off. */
  onCommit(listener: (committed: readonly Committed[]) => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  /** Hears that the records were loaded anew: another epoch. Returns its off. */
  onReset(listener: () => void): () => void {
    this.#resetListeners.add(listener);
    return () => this.#resetListeners.delete(listener);
  }

  /** Lets what is queued finish, as long as the store answers, then refuses everything. */
  async close(): Promise<void> {
    const giveUpAt = this.#monotonic() + CLOSE_WITHIN_MS;
    while (this.#running || this.queued > 0) {
      if (this.#failingSince !== undefined && this.#monotonic() >= giveUpAt) break;
      await delay(5);
    }
    this.#closed = true;
    clearInterval(this.#timer);
    this.#lanes.giveUpAll();
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
      while (this.queued > 0) {
        const plan = this.#decide();
        if (plan.decided.length > 0) await this.#commit(plan);
        this.#runReads();
      }
    } catch (error) {
      if (!this.#closed) await this.#startOver(error);
    } finally {
      this.#running = false;
      this.#runReads();
      if (this.queued > 0) this.#schedule();
    }
  }

  /** Nothing in the loop is expected to throw; whatever does leaves neither it stuck nor half a batch in the replica. */
  async #startOver(error: unknown): Promise<void> {
    this.#onThrow('ledger', error);
    this.#lanes.giveUpBatch();
    // Only closing ends this before it succeeds.
    await this.#reload().catch(() => {});
  }

  #runReads(): void {
    for (const read of this.#reads.splice(0)) read();
  }

  #decide(): BatchPlan {
    return decideBatch({
      draft: this.#draft,
      receipts: this.#receipts,
      epoch: this.#era.epoch,
      base: this.#seq,
      node: this.node,
      clock: () => this.#clock.now(),
      wallClock: this.#wallClock,
      monotonic: this.#monotonic,
      take: () => this.#lanes.take(),
      onThrow: this.#onThrow,
    });
  }

  async #commit(plan: BatchPlan): Promise<void> {
    const written = plan.decided.flatMap(({ tx, encoded, changes }) =>
      tx && encoded ? [{ tx, encoded, changes }] : [],
    );
    const batch: Batch = {
      ...this.#era,
      batchId: randomUUID(),
      base: this.#seq,
      txs: written.map(({ tx }) => tx),
      encoded: written.map(({ encoded }) => encoded),
    };
    const answer = await this.#append(batch);
    this.#failpoint('append-answered');
    if (answer.kind === 'ok') return this.#committed(plan, written);
    for (const { changes } of [...plan.decided].reverse()) undo(this.#replica, changes);
    if (answer.kind === 'refused') return this.#again(plan);
    if (answer.kind === 'conflict') {
      if (!(await this.#catchUp(answer.missed))) await this.#reload();
      return this.#again(plan);
    }
    await this.#reload();
    // The batch may have been written just before the store's run ended: then its outcome is in what was loaded.
    if ((await this.#insist(() => this.#store.lastBatchOf(this.node))) === batch.batchId) this.#settle(plan);
    else this.#again(plan);
  }

  #committed(plan: BatchPlan, written: Committed[]): void {
    const last = written.at(-1)?.tx;
    if (last !== undefined) {
      this.#seq = last.seq;
      this.#clock.committed(last.clock);
    }
    for (const { reply, tx } of plan.decided) {
      if (tx?.receipt === undefined) continue;
      const [actor, requestId, inputHash] = tx.receipt;
      this.#receipts.add(tx.clock, actor, requestId, { inputHash, reply });
    }
    this.#settle(plan);
    if (written.length > 0) this.#tell(written);
  }

  #settle(plan: BatchPlan): void {
    this.#lanes.landed();
    for (const { pending, reply, tx } of plan.decided) {
      if (isRefusal(reply)) pending.settle({ ok: false, error: reply.refused });
      else pending.settle({ ok: true, epoch: this.#era.epoch, seq: tx?.seq ?? this.#seq, reply });
    }
  }

  /** To be decided again on the newer view. */
  #again(plan: BatchPlan): void {
    this.#lanes.putBack(plan.decided.map(({ pending }) => pending));
  }

  #tell(committed: Committed[]): void {
    for (const listener of this.#commitListeners) this.#guard('commit listener', () => listener(committed));
  }

  #guard(where: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onThrow(where, error);
    }
  }

  /** Sends the identical bytes until they are answered: deciding again could apply a command twice. */
  async #append(batch: Batch): Promise<AppendAnswer | { kind: 'refused' }> {
    let unknown = false;
    return this.#insist(async () => {
      try {
        return await this.#store.append(batch);
      } catch (error) {
        if (!(error instanceof StoreRefused)) unknown = true;
        // Surely not executed, this time or before: its commands are free to be settled or decided again.
        else if (!unknown) {
          this.#failing();
          await delay(100);
          return { kind: 'refused' };
        }
        throw error;
      }
    });
  }

  async #insist<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      if (this.#closed) throw new Error('the ledger is closed');
      try {
        const answer = await call();
        if (!(typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'refused'))
          this.#failingSince = undefined;
        return answer;
      } catch {
        this.#failing();
        await delay(RESEND_AFTER_MS[Math.min(tries, RESEND_AFTER_MS.length - 1)]);
      }
    }
  }

  #failing(): void {
    this.#failingSince ??= this.#monotonic();
  }

  /** Applies entries another process appended; false when they do not connect. */
  async #catchUp(missed: LogEntry[]): Promise<boolean> {
    let entries: LogEntry[] | undefined = missed;
    for (;;) {
      for (const entry of entries) {
        if (entry.to <= this.#seq) continue;
        if (entry.from !== this.#seq + 1) return false;
        this.#applyEntry(entry);
      }
      const after: LogEntry[] | undefined = await this.#insist(() => this.#store.entriesAfter(this.#era, this.#seq));
      if (after === undefined) return false;
      if (after.length === 0) return true;
      entries = after;
    }
  }

  #applyEntry(entry: LogEntry): void {
    const committed = entry.txs.map((tx): Committed => {
      const touched = [...tx.puts.map(({ kind, id }) => [kind, id] as const), ...tx.removes];
      const before = touched.map(([kind, id]) => this.#replica.get(kind, id));
      apply(this.#replica, tx);
      this.#receipts.read(tx);
      this.#clock.committed(tx.clock);
      return {
        tx,
        changes: touched.map(([kind, id], at) => ({
          kind,
          id,
          before: before[at],
          after: this.#replica.get(kind, id),
        })),
      };
    });
    this.#seq = entry.to;
    this.#tell(committed);
  }

  async #reload(): Promise<void> {
    this.#era = await this.#insist(() => this.#store.adopt(this.#era.epoch));
    this.#take(await this.#insist(() => this.#store.load()));
    for (const listener of this.#resetListeners) this.#guard('reset listener', listener);
  }

  #take(loaded: LoadedLedger): void {
    this.#era = { run: loaded.run, epoch: loaded.epoch };
    this.#seq = loaded.seq;
    this.#replica = new Replica();
    this.#draft = new LedgerDraft(this.#replica);
    for (const record of loaded.records) this.#replica.put(record);
    this.#receipts = new Receipts();
    for (const entry of loaded.recent) for (const tx of entry.txs) this.#receipts.read(tx);
    this.#clock = new LedgerClock(this.#monotonic, loaded.clock);
  }
}

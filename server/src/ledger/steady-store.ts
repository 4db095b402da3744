import { setTimeout as delay } from 'node:timers/promises';
import {
  type AppendAnswer,
  type Batch,
  type Era,
  type LastEntry,
  LedgerRemoved,
  type LedgerStore,
  type LoadedLedger,
  type LogEntry,
  StoreRefused,
} from './store.ts';

const RESEND_AFTER_MS = [20, 50, 100, 250, 500, 1_000];
const REFUSED_PAUSE_MS = 100;
const WHILE_ANOTHER_HAS_THE_TURN_MS = 1;

type Appended = Exclude<AppendAnswer, { kind: 'wait' }> | { kind: 'refused' };

/** The store as the ledger uses it: every call is repeated until it is answered; throws once this is closed or the project removed. */
export class SteadyStore {
  readonly #store: LedgerStore;
  readonly #monotonic: () => number;
  #failingSince: number | undefined;
  #waits = 0;
  #closed = false;

  constructor(store: LedgerStore, monotonic: () => number) {
    this.#store = store;
    this.#monotonic = monotonic;
  }

  /** Since when (monotonic) the store does not answer; undefined when it does. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }

  /** Appends sent again so far because another node had the turn. */
  get waits(): number {
    return this.#waits;
  }

  close(): void {
    this.#closed = true;
  }

  /**
   * Sends the same batch until it is answered, with nothing else changed than whether it asks for the turn: deciding
   * again could apply a command twice. `refused` when it was surely not executed, this time or before.
   */
  async append(batch: Batch, asksForTurn: () => boolean): Promise<Appended> {
    let unknown = false;
    const refused = async (error: unknown): Promise<{ kind: 'refused' } | undefined> => {
      if (!(error instanceof StoreRefused)) unknown = true;
      if (unknown) return undefined;
      await delay(REFUSED_PAUSE_MS);
      return { kind: 'refused' };
    };
    for (;;) {
      const answer = await this.#insist(() => this.#store.append({ ...batch, asksForTurn: asksForTurn() }), refused);
      if (answer.kind !== 'wait') return answer;
      this.#waits++;
      await delay(WHILE_ANOTHER_HAS_THE_TURN_MS);
    }
  }

  adopt(knownEpoch: number): Promise<Era> {
    return this.#insist(() => this.#store.adopt(knownEpoch));
  }
  load(): Promise<LoadedLedger> {
    return this.#insist(() => this.#store.load());
  }
  entriesAfter(era: Era, seq: number): Promise<LogEntry[] | undefined> {
    return this.#insist(() => this.#store.entriesAfter(era, seq));
  }
  continuation(last: LastEntry): Promise<LogEntry[] | undefined> {
    return this.#insist(() => this.#store.continuation(last));
  }
  lastBatchOf(node: string): Promise<string | undefined> {
    return this.#insist(() => this.#store.lastBatchOf(node));
  }

  /** `instead` may end it with another answer. */
  async #insist<T, I = never>(
    call: () => Promise<T>,
    instead?: (error: unknown) => Promise<I | undefined>,
  ): Promise<T | I> {
    for (let tries = 0; ; tries++) {
      if (this.#closed) throw new Error('the ledger is closed');
      try {
        const answer = await call();
        this.#failingSince = undefined;
        return answer;
      } catch (error) {
        if (error instanceof LedgerRemoved) throw error;
        this.#failingSince ??= this.#monotonic();
        const other = await instead?.(error);
        if (other !== undefined) return other;
        await delay(RESEND_AFTER_MS[Math.min(tries, RESEND_AFTER_MS.length - 1)]);
      }
    }
  }
}

import {
  type AppendAnswer,
  type Batch,
  type Era,
  type LastEntry,
  type LedgerStore,
  type LoadedLedger,
  type LogEntry,
  StoreUnavailable,
} from '../store.ts';

/** What may happen to one call: lost before or after it is executed, or executed after its caller gave up. */
export type Fault = 'before' | 'after' | 'late' | undefined;

export interface Weather {
  fault(): Fault;
  /** How long a call or its answer takes to get there. */
  travel(): Promise<unknown>;
}

/** A store at the other end of a network of the test's making. */
export class UnsteadyStore implements LedgerStore {
  readonly #store: LedgerStore;
  readonly #weather: Weather;
  #dead = false;
  /** Names of the calls so far. */
  calls: string[] = [];

  constructor(store: LedgerStore, weather: Weather) {
    this.#store = store;
    this.#weather = weather;
  }

  /** The node of this store is no more: whatever it was about to send is never sent. */
  kill(): void {
    this.#dead = true;
  }

  append(batch: Batch): Promise<AppendAnswer> {
    return this.#call('append', () => this.#store.append(batch));
  }
  adopt(knownEpoch: number): Promise<Era> {
    return this.#call('adopt', () => this.#store.adopt(knownEpoch));
  }
  load(): Promise<LoadedLedger> {
    return this.#call('load', () => this.#store.load());
  }
  entriesAfter(era: Era, seq: number): Promise<LogEntry[] | undefined> {
    return this.#call('entriesAfter', () => this.#store.entriesAfter(era, seq));
  }
  continuation(last: LastEntry): Promise<LogEntry[] | undefined> {
    return this.#call('continuation', () => this.#store.continuation(last));
  }
  lastBatchOf(node: string): Promise<string | undefined> {
    return this.#call('lastBatchOf', () => this.#store.lastBatchOf(node));
  }
  erase(): Promise<void> {
    return this.#call('erase', () => this.#store.erase());
  }

  async #call<T>(name: string, call: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    const fault = this.#weather.fault();
    await this.#weather.travel();
    if (this.#dead || fault === 'before') throw new StoreUnavailable('lost on the way there');
    if (fault === 'late') {
      void this.#weather
        .travel()
        .then(call)
        .catch(() => {});
      throw new StoreUnavailable('too late');
    }
    const answer = await call();
    await this.#weather.travel();
    if (this.#dead || fault === 'after') throw new StoreUnavailable('lost on the way back');
    return answer;
  }
}

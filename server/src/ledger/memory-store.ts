import type { AnyRecord, Kind } from '@signalbox/shared/records';
import { apply } from '@signalbox/shared/transaction';
import {
  type AppendAnswer,
  type Batch,
  type Era,
  type LastEntry,
  LedgerRemoved,
  type LedgerStore,
  type LoadedLedger,
  type LogEntry,
  recentOf,
  StoreUnavailable,
} from './store.ts';
import type { TailMessage } from './tail.ts';

const MISSED = 8;
const TURN_MS = 50;
const TELL_BYTES = 65_536;

/**
 * What several stores (nodes) of a test share, and what a test can do to it: restart it, lose its tail, or let calls
 * go unanswered before or after they are executed.
 */
export class MemoryLedger {
  run = 'run-1';
  epoch = 0;
  seq = 0;
  clock = 0;
  adoptedRun = '';
  /** The newest life that was erased. */
  removed: number | undefined;
  records = new Map<string, AnyRecord>();
  log: { epoch: number; entry: LogEntry }[] = [];
  lastBatch = new Map<string, string>();
  turn: { node: string; until: number } | undefined;
  /** Who hears what the others write. */
  readonly tails = new Map<string, (message: TailMessage) => void>();
  /** The next appends fail like this, one each. */
  faults: ('before' | 'after')[] = [];

  /** The process behind the store starts again. */
  restart(): void {
    this.run = `run-${Number(this.run.slice(4)) + 1}`;
  }

  erase(life: number): void {
    this.removed = life;
    this.adoptedRun = '';
    this.seq = 0;
    this.clock = 0;
    this.records.clear();
    this.log = [];
    this.lastBatch.clear();
    this.turn = undefined;
  }
}

/** The ledger of one project in memory, for tests that need no Redis. */
export class MemoryStore implements LedgerStore {
  readonly #ledger: MemoryLedger;
  readonly #node: string;
  readonly #life: number;

  constructor(ledger: MemoryLedger, node: string, life = 0) {
    this.#ledger = ledger;
    this.#node = node;
    this.#life = life;
  }

  async append(batch: Batch): Promise<AppendAnswer> {
    const fault = this.#ledger.faults.shift();
    if (fault === 'before') throw new StoreUnavailable('lost on the way there');
    const answer = this.#append(batch);
    if (fault === 'after') throw new StoreUnavailable('lost on the way back');
    return answer;
  }

  #append(batch: Batch): AppendAnswer {
    const ledger = this.#ledger;
    if (ledger.run !== batch.run || ledger.adoptedRun !== batch.run || ledger.epoch !== batch.epoch)
      return { kind: 'epoch' };
    if (ledger.lastBatch.get(this.#node) === batch.batchId) return { kind: 'ok' };
    if (ledger.turn !== undefined && performance.now() >= ledger.turn.until) ledger.turn = undefined;
    if (ledger.seq !== batch.base) {
      if (batch.asksForTurn) ledger.turn ??= { node: this.#node, until: performance.now() + TURN_MS };
      const missed = ledger.log.filter(({ epoch, entry }) => epoch === ledger.epoch && entry.from > batch.base);
      return {
        kind: 'conflict',
        missed: missed.slice(0, MISSED).map(({ entry }) => structuredClone(entry)),
        more: missed.length > MISSED,
      };
    }
    const last = batch.txs.at(-1);
    if (last !== undefined && ledger.turn !== undefined && ledger.turn.node !== this.#node) return { kind: 'wait' };
    if (ledger.turn?.node === this.#node) ledger.turn = undefined;
    if (last === undefined) return { kind: 'ok' };
    const txs = batch.encoded.map(({ text }) => JSON.parse(text) as LogEntry['txs'][number]);
    const store = {
      put: (record: AnyRecord) => void ledger.records.set(`${record.kind}:${record.id}`, record),
      remove: (kind: Kind, id: string) => void ledger.records.delete(`${kind}:${id}`),
    };
    for (const tx of txs) apply(store, tx);
    const written = { batchId: batch.batchId, node: this.#node, from: batch.base + 1, to: last.seq, txs };
    const entry = { ...written, bytes: JSON.stringify(written).length };
    ledger.log.push({ epoch: ledger.epoch, entry });
    ledger.seq = last.seq;
    ledger.clock = last.clock;
    ledger.lastBatch.set(this.#node, batch.batchId);
    this.#tell(entry);
    return { kind: 'ok' };
  }

  #tell(entry: LogEntry): void {
    const { epoch, tails } = this.#ledger;
    for (const [node, hear] of tails) {
      if (node === this.#node) continue;
      const message = { project: 'memory', epoch, to: entry.to };
      hear(entry.bytes <= TELL_BYTES ? { ...message, entry: structuredClone(entry) } : message);
    }
  }

  async adopt(knownEpoch: number): Promise<Era> {
    const ledger = this.#ledger;
    this.#mustLive();
    if (ledger.adoptedRun !== ledger.run) {
      ledger.epoch = Math.max(ledger.epoch + 1, knownEpoch + 1, Math.floor(Date.now() / 1_000));
      ledger.adoptedRun = ledger.run;
    }
    return { run: ledger.run, epoch: ledger.epoch };
  }

  async load(): Promise<LoadedLedger> {
    this.#mustLive();
    const { run, epoch, seq, clock, records, log } = this.#ledger;
    return structuredClone({
      run,
      epoch,
      seq,
      clock,
      records: [...records.values()],
      recent: log.map(({ entry }) => recentOf(entry)),
    });
  }

  async entriesAfter(era: Era, seq: number): Promise<LogEntry[] | undefined> {
    const entries = this.#ledger.log
      .filter(({ epoch, entry }) => epoch === era.epoch && entry.from > seq)
      .map(({ entry }) => structuredClone(entry));
    return entries.length > 0 && entries[0]?.from !== seq + 1 ? undefined : entries;
  }

  async continuation({ seq, batchId }: LastEntry): Promise<LogEntry[] | undefined> {
    const { log } = this.#ledger;
    const at = log.findIndex(({ entry }) => entry.to === seq && entry.batchId === batchId);
    return at === -1 ? undefined : log.slice(at + 1).map(({ entry }) => structuredClone(entry));
  }

  async lastBatchOf(node: string): Promise<string | undefined> {
    return this.#ledger.lastBatch.get(node);
  }

  async erase(): Promise<void> {
    if (!this.#isRemoved()) this.#ledger.erase(this.#life);
  }

  #mustLive(): void {
    if (this.#isRemoved()) throw new LedgerRemoved();
  }

  #isRemoved(): boolean {
    const { removed } = this.#ledger;
    return removed !== undefined && removed >= this.#life;
  }
}

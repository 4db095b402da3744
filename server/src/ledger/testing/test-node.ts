import { type AnyRecord, KINDS } from '@signalbox/shared/records';
import { nextId } from '../../domain/numbers.ts';
import type { Draft } from '../../domain/view.ts';
import { type Committed, Ledger, type LedgerOptions } from '../ledger.ts';
import type { Replica } from '../replica.ts';
import type { Submission } from '../submission.ts';
import type { TailMessage } from '../tail.ts';
import type { StoreUnderTest } from './under-test.ts';
import { UnsteadyStore, type Weather } from './unsteady-store.ts';

const CALM: Weather = { fault: () => undefined, travel: async () => {} };

export interface TestNodeOptions extends Partial<Omit<LedgerOptions, 'store' | 'node'>> {
  weather?: Weather;
  /** Is this message lost? */
  loses?: (message: TailMessage) => boolean;
}

/** A ledger as a hub process has it, and a reader of it that believes only what the commit listeners are told. */
export class TestNode {
  readonly name: string;
  readonly ledger: Ledger;
  readonly store: UnsteadyStore;
  readonly records = new Map<string, unknown>();
  /** Seqs told, in their order; the reader starts anew after a reset. */
  told: number[] = [];
  resets = 0;
  /** What the reader was told that did not fit what it knew. */
  readonly wrong: string[] = [];

  readonly #passed: { ms: number };

  private constructor(name: string, ledger: Ledger, store: UnsteadyStore, passed: { ms: number }) {
    this.#passed = passed;
    this.name = name;
    this.ledger = ledger;
    this.store = store;
    this.#readAll();
    ledger.onReset(() => {
      this.resets++;
      this.#readAll();
    });
    ledger.onCommit((committed) => {
      for (const one of committed) this.#hear(one);
    });
  }

  /** The process of this node ends without a word; whoever waits for its answers learns nothing. */
  kill(): Promise<void> {
    this.store.kill();
    const closed = this.ledger.close();
    this.#passed.ms += 60_000;
    return closed;
  }

  static async open(under: StoreUnderTest, name: string, options: TestNodeOptions = {}): Promise<TestNode> {
    const { weather = CALM, loses = () => false, ...ledgerOptions } = options;
    const store = new UnsteadyStore(under.store(name), weather);
    let node: TestNode | undefined;
    await under.listen(name, (message) => {
      if (!loses(message)) node?.ledger.heard(message);
    });
    const passed = { ms: 0 };
    const monotonic = (): number => performance.now() + passed.ms;
    const ledger = await Ledger.open({ store, node: name, monotonic, ...ledgerOptions });
    node = new TestNode(name, ledger, store, passed);
    // Whatever was written between listening and now.
    await node.ledger.catchUp();
    return node;
  }

  /** As the ledger has them, by key. */
  async state(): Promise<{ epoch: number; seq: number; digest: string; records: Record<string, unknown> }> {
    return this.ledger.read((view) => ({
      epoch: this.ledger.epoch,
      seq: this.ledger.seq,
      digest: view.digest,
      records: Object.fromEntries(recordsOf(view)),
    }));
  }

  /** The next number of a letter: every execution shows. */
  count(requestId?: string, letter: 'T' | 'L' | 'M' = 'T') {
    return this.ledger.execute(counting(requestId, letter));
  }

  #readAll(): void {
    this.records.clear();
    this.told = [];
    void this.ledger.read((view) => {
      for (const [key, record] of recordsOf(view)) this.records.set(key, record);
    });
  }

  #hear({ tx, changes }: Committed): void {
    const last = this.told.at(-1);
    if (last !== undefined && tx.seq !== last + 1) this.wrong.push(`${this.name} was told ${tx.seq} after ${last}`);
    this.told.push(tx.seq);
    for (const { kind, id, before, after } of changes) {
      const key = `${kind}:${id}`;
      if (JSON.stringify(this.records.get(key)) !== JSON.stringify(before))
        this.wrong.push(`${this.name} was told at ${tx.seq} another past of ${key}`);
      if (after === undefined) this.records.delete(key);
      else this.records.set(key, after);
    }
  }
}

const recordsOf = (view: Replica): [string, AnyRecord][] =>
  KINDS.flatMap((kind) => view.all(kind).map((record): [string, AnyRecord] => [`${kind}:${record.id}`, record]));

export function counting(requestId?: string, letter: 'T' | 'L' | 'M' = 'T'): Submission<{ id: string }> {
  return {
    command: 'test.count',
    caller: { kind: 'person', name: 'alice', role: 'operator' },
    ...(requestId !== undefined && { requestId, inputHash: letter }),
    decide: (draft: Draft) => ({ id: nextId(draft, letter) }),
  };
}

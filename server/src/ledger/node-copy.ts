import { apply, type Transaction } from '@signalbox/shared/transaction';
import type { BatchPlan, Decided } from './batch.ts';
import { LedgerClock } from './clock.ts';
import type { Committed } from './committed.ts';
import { LedgerDraft, undo } from './draft.ts';
import type { PreparedCopy } from './prepared-copy.ts';
import type { Receipts } from './receipts.ts';
import type { Replica } from './replica.ts';
import type { Era, LastEntry, LogEntry } from './store.ts';
import type { WindowBudget } from './window-budget.ts';

/** Of a log entry, around its transactions. */
const ENVELOPE_BYTES = 120;

/** What a node knows of one ledger: everything up to a seq of an epoch, and its clock. Always moves forward as a whole. */
export class NodeCopy {
  #era: Era;
  #seq: number;
  /** Of the entry that ends at {@link seq}; of what was loaded it is not known. */
  #batchId: string | undefined;
  #digest: string;
  readonly #replica: Replica;
  readonly #draft: LedgerDraft;
  readonly #receipts: Receipts;
  readonly #budget: WindowBudget;
  readonly #clock: LedgerClock;

  constructor({ run, epoch, seq, clock, replica, receipts, budget }: PreparedCopy, monotonic: () => number) {
    this.#era = { run, epoch };
    this.#seq = seq;
    this.#digest = replica.digest;
    this.#replica = replica;
    this.#draft = new LedgerDraft(replica);
    this.#receipts = receipts;
    this.#budget = budget;
    this.#clock = new LedgerClock(monotonic, clock);
  }

  get era(): Era {
    return this.#era;
  }
  /** Seq of the newest committed transaction. */
  get seq(): number {
    return this.#seq;
  }
  /** What the log ends with as far as this copy goes; undefined until something came after what was loaded. */
  get lastEntry(): LastEntry | undefined {
    return this.#batchId === undefined ? undefined : { epoch: this.#era.epoch, seq: this.#seq, batchId: this.#batchId };
  }
  /** Of what subscribers see at {@link seq}; the records themselves may already hold what is not committed. */
  get digest(): string {
    return this.#digest;
  }
  get replica(): Replica {
    return this.#replica;
  }
  get draft(): LedgerDraft {
    return this.#draft;
  }
  get receipts(): Receipts {
    return this.#receipts;
  }
  get clock(): LedgerClock {
    return this.#clock;
  }

  /** Was more written than every node can remember? Then new requests wait. */
  get overdrawn(): boolean {
    return this.#budget.isOverdrawn(this.#clock.now());
  }

  /** Is it at least that new? Whatever an older epoch had is in a newer one, or lost for good. */
  covers({ epoch, seq }: { epoch: number; seq: number }): boolean {
    return epoch < this.#era.epoch || (epoch === this.#era.epoch && seq <= this.#seq);
  }

  /** Takes in the entry of another node; undefined when it does not follow on what is here. */
  apply(entry: LogEntry): Committed[] | undefined {
    if (entry.from !== this.#seq + 1) return undefined;
    const committed = entry.txs.map((tx) => this.#applyOne(tx, entry.bytes / entry.txs.length));
    this.#seq = entry.to;
    this.#batchId = entry.batchId;
    this.#digest = this.#replica.digest;
    const clock = committed.at(-1)?.tx.clock ?? 0;
    this.#clock.committed(clock);
    this.#budget.spend(clock, entry.bytes);
    return committed;
  }

  #applyOne(tx: Transaction, bytes: number): Committed {
    const touched = [...tx.puts.map(({ kind, id }) => [kind, id] as const), ...tx.removes];
    const before = touched.map(([kind, id]) => this.#replica.get(kind, id));
    apply(this.#replica, tx);
    this.#receipts.read(tx);
    return {
      tx,
      bytes,
      heard: true,
      changes: touched.map(([kind, id], at) => ({
        kind,
        id,
        before: before[at],
        after: this.#replica.get(kind, id),
      })),
    };
  }

  /** Another run of the store goes on from here. */
  enter(era: Era): void {
    this.#era = era;
  }

  /** The own batch was written: its changes are in the records already. */
  committed(decided: readonly Decided[], batchId: string): void {
    let last: Transaction | undefined;
    let bytes = ENVELOPE_BYTES;
    for (const { reply, tx, encoded } of decided) {
      if (tx === undefined) continue;
      last = tx;
      bytes += encoded?.text.length ?? 0;
      if (tx.receipt === undefined) continue;
      const [actor, requestId, inputHash] = tx.receipt;
      this.#receipts.add({ clock: tx.clock, actor, requestId, receipt: { inputHash, reply } });
    }
    if (last === undefined) return;
    this.#seq = last.seq;
    this.#batchId = batchId;
    this.#digest = this.#replica.digest;
    this.#clock.committed(last.clock);
    this.#budget.spend(last.clock, bytes);
  }

  /** The own batch was not written: takes its changes back. */
  undo({ decided }: BatchPlan): void {
    for (const { changes } of [...decided].reverse()) undo(this.#replica, changes);
  }
}

import { isVisible, type VisibleKind } from '@signalbox/shared/records';
import type { Transaction } from '@signalbox/shared/transaction';
import type { Committed } from '../ledger/ledger.ts';

const MAX_TRANSACTIONS = 10_000;
const MAX_CHANGES = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** A frame carries no more than this, but at least one transaction: half of what may wait for a client. */
const CHANGES_PER_FRAME = 1_000;
const BYTES_PER_FRAME = 256 * 1024;

/** A record as it became, or that it is gone. Text and not objects: it is sent as it is, and costs the collector less. */
interface Change {
  kind: VisibleKind;
  id: string;
  json: string | undefined;
}

interface Entry extends Pick<Transaction, 'seq' | 'clock' | 'at'> {
  changes: readonly Change[];
  /** Of the whole transaction, so no less than what of it is visible. */
  bytes: number;
}

/** A diff frame of the protocol as JSON, without its `causedBy`, which is not the same for all. */
export interface EncodedDiff {
  epoch: number;
  from: number;
  to: number;
  json: string;
}

/** The newest transactions of one epoch as subscribers see them: what a diff from any recent seq is made of. */
export class Ring {
  readonly epoch: number;
  /** Entries have consecutive seqs, from `#firstSeq`; those before `#head` are forgotten. */
  #entries: Entry[] = [];
  #head = 0;
  #changes = 0;
  #bytes = 0;
  #lastSeq: number;

  constructor(epoch: number, lastSeq: number) {
    this.epoch = epoch;
    this.#lastSeq = lastSeq;
  }

  /** Seq of the newest transaction. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  push({ tx, puts, bytes }: Pick<Committed, 'tx' | 'puts' | 'bytes'>): void {
    const { seq, clock, at } = tx;
    const entry: Entry = { seq, clock, at, changes: visibleChanges(tx, puts), bytes };
    this.#entries.push(entry);
    this.#lastSeq = seq;
    this.#changes += entry.changes.length;
    this.#bytes += bytes;
    while (this.#isOverfull()) {
      const oldest = this.#entries[this.#head];
      if (oldest === undefined || oldest === entry) break;
      this.#changes -= oldest.changes.length;
      this.#bytes -= oldest.bytes;
      this.#head += 1;
      // Let go of at once: the list itself is cut less often.
      oldest.changes = NONE;
    }
    if (this.#head <= MAX_TRANSACTIONS) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }

  #isOverfull(): boolean {
    return (
      this.#entries.length - this.#head > MAX_TRANSACTIONS || this.#changes > MAX_CHANGES || this.#bytes > MAX_BYTES
    );
  }

  /** Is everything after `seq` still here? */
  covers(seq: number): boolean {
    return seq <= this.#lastSeq && seq >= this.#lastSeq - (this.#entries.length - this.#head);
  }

  /** Changes after `seq`, which is covered. */
  changesAfter(seq: number): number {
    let changes = 0;
    for (let at = this.#indexAfter(seq); at < this.#entries.length; at++)
      changes += this.#entries[at]?.changes.length ?? 0;
    return changes;
  }

  /** The diff that follows `seq`, which is covered; undefined when nothing does. */
  frameAfter(seq: number): EncodedDiff | undefined {
    /** The last word on each record wins. */
    const net = new Map<string, Change>();
    let last: Entry | undefined;
    let changes = 0;
    let bytes = 0;
    for (let at = this.#indexAfter(seq); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      changes += entry.changes.length;
      bytes += entry.bytes;
      if (last !== undefined && (changes > CHANGES_PER_FRAME || bytes > BYTES_PER_FRAME)) break;
      for (const change of entry.changes) net.set(`${change.kind}:${change.id}`, change);
      last = entry;
    }
    if (last === undefined) return undefined;
    const { epoch } = this;
    const { clock, at, seq: to } = last;
    const from = seq + 1;
    const puts: string[] = [];
    const removes: string[] = [];
    for (const { kind, id, json } of net.values())
      if (json === undefined) removes.push(JSON.stringify([kind, id]));
      else puts.push(json);
    const head = JSON.stringify({ epoch, from, to, clock, at });
    return {
      epoch,
      from,
      to,
      json: `${head.slice(0, -1)},"puts":[${puts.join(',')}],"removes":[${removes.join(',')}]}`,
    };
  }

  #indexAfter(seq: number): number {
    return this.#entries.length - (this.#lastSeq - seq);
  }
}

const NONE: readonly Change[] = [];

function visibleChanges({ puts, removes }: Transaction, encoded: readonly string[] | undefined): Change[] {
  const changes: Change[] = [];
  for (const [kind, id] of removes) if (isVisible(kind)) changes.push({ kind, id, json: undefined });
  for (const [at, record] of puts.entries())
    if (isVisible(record.kind))
      changes.push({ kind: record.kind, id: record.id, json: encoded?.[at] ?? JSON.stringify(record) });
  return changes;
}

import { coalesce } from '@signalbox/shared/coalesce';
import type { DiffFrame } from '@signalbox/shared/protocol';
import { isVisible, type VisibleKind, type VisibleRecord } from '@signalbox/shared/records';
import type { Transaction } from '@signalbox/shared/transaction';
import type { Committed } from '../ledger/ledger.ts';

const MAX_TRANSACTIONS = 10_000;
const MAX_CHANGES = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** A frame carries no more than this, but at least one transaction: half of what may wait for a client. */
const CHANGES_PER_FRAME = 1_000;
const BYTES_PER_FRAME = 256 * 1024;

interface Entry extends Pick<Transaction, 'seq' | 'clock' | 'at'> {
  puts: VisibleRecord[];
  removes: (readonly [VisibleKind, string])[];
  /** Of the whole transaction, so no less than what of it is visible. */
  bytes: number;
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

  push({ tx: { seq, clock, at, puts, removes }, bytes }: Pick<Committed, 'tx' | 'bytes'>): void {
    const visible = { puts: puts.filter(isVisibleRecord), removes: removes.filter(isVisibleKey) };
    const entry: Entry = { seq, clock, at, ...visible, bytes };
    this.#entries.push(entry);
    this.#lastSeq = seq;
    this.#changes += changesIn(entry);
    this.#bytes += bytes;
    while (this.#isOverfull()) {
      const oldest = this.#entries[this.#head];
      if (oldest === undefined || oldest === entry) break;
      this.#changes -= changesIn(oldest);
      this.#bytes -= oldest.bytes;
      this.#head += 1;
      // Let go of at once: the list itself is cut less often.
      oldest.puts = [];
      oldest.removes = [];
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
    for (let at = this.#indexAfter(seq); at < this.#entries.length; at++) changes += changesIn(this.#entries[at]);
    return changes;
  }

  /** The diff that follows `seq`, which is covered; undefined when nothing does. */
  frameAfter(seq: number): DiffFrame | undefined {
    const taken: Entry[] = [];
    let changes = 0;
    let bytes = 0;
    for (let at = this.#indexAfter(seq); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      changes += changesIn(entry);
      bytes += entry.bytes;
      if (taken.length > 0 && (changes > CHANGES_PER_FRAME || bytes > BYTES_PER_FRAME)) break;
      taken.push(entry);
    }
    const last = taken.at(-1);
    if (last === undefined) return undefined;
    const { puts, removes } = coalesce(taken);
    return {
      epoch: this.epoch,
      from: seq + 1,
      to: last.seq,
      clock: last.clock,
      at: last.at,
      puts: puts.filter(isVisibleRecord),
      removes: removes.filter(isVisibleKey),
    };
  }

  #indexAfter(seq: number): number {
    return this.#entries.length - (this.#lastSeq - seq);
  }
}

const changesIn = (entry: Entry | undefined): number =>
  entry === undefined ? 0 : entry.puts.length + entry.removes.length;
const isVisibleRecord = (record: { kind: string }): record is VisibleRecord => isVisible(record.kind);
const isVisibleKey = (key: readonly [string, string]): key is readonly [VisibleKind, string] => isVisible(key[0]);

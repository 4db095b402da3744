import { setImmediate as turn } from 'node:timers/promises';
import { CONTROL_NAMESPACE } from '@signalbox/shared/endpoints';
import type { VisibleRecord } from '@signalbox/shared/records';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import type { Ledger } from '../ledger/ledger.ts';
import type { Ring } from './ring.ts';

const RECORDS_PER_PART = 500;
const PART_BYTES = 256 * 1024;

/** An older snapshot serves as long as no more than this has changed since. */
const REUSE_CHANGES = 1_000;
const REUSE_BEATS = 5;

/** The state of a project at one seq, encoded once for everybody who asks. */
export interface Snapshot {
  epoch: number;
  seq: number;
  /** Whole Socket.IO packets, in order. */
  packets: readonly string[];
}

async function takeSnapshot(ledger: Ledger): Promise<Snapshot> {
  const taken = await ledger.read((replica) => {
    // Records are never changed in place, so that the references are the state at this seq, however long encoding takes.
    const records = VISIBLE_KINDS.flatMap((kind): VisibleRecord[] => [...replica.values(kind)]);
    return { epoch: ledger.epoch, seq: ledger.seq, clock: ledger.now(), records };
  });
  const parts = await encodeParts(taken.records);
  const { epoch, seq, clock } = taken;
  const packets = parts.map((records, part) => {
    const head = JSON.stringify({ epoch, seq, clock, part, of: parts.length });
    return `2${CONTROL_NAMESPACE},["snapshot",${head.slice(0, -1)},"records":[${records}]}]`;
  });
  return { epoch, seq, packets };
}

/** The newest snapshot of a project, shared by all who ask for one while it is of use. */
export class SnapshotCache {
  readonly #ledger: Ledger;
  #cached: { taken: Promise<Snapshot>; seq: number; age: number } | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A snapshot from which `ring` leads on to the present. */
  current(ring: Ring): Promise<Snapshot> {
    const cached = this.#cached;
    const serves = cached !== undefined && ring.covers(cached.seq) && ring.changesAfter(cached.seq) <= REUSE_CHANGES;
    if (serves) return cached.taken;
    const taken = takeSnapshot(this.#ledger);
    this.#cached = { taken, seq: ring.lastSeq, age: 0 };
    return taken;
  }

  forget(): void {
    this.#cached = undefined;
  }

  /** Called with every beat: a rush of readers is over by then, and the text of a large project is large. */
  grow(): void {
    if (this.#cached !== undefined && ++this.#cached.age > REUSE_BEATS) this.forget();
  }
}

/** The records as comma-separated JSON, cut into parts; at least one. Lets others have a turn in between. */
async function encodeParts(records: readonly VisibleRecord[]): Promise<string[]> {
  const parts: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  for (const record of records) {
    const text = JSON.stringify(record);
    if (part.length >= RECORDS_PER_PART || (part.length > 0 && bytes + text.length > PART_BYTES)) {
      parts.push(part.join());
      part = [];
      bytes = 0;
      await turn();
    }
    part.push(text);
    bytes += text.length;
  }
  parts.push(part.join());
  return parts;
}

import { addDigest, formatDigest, recordDigest } from '@signalbox/shared/digest';
import type { DiffFrame, SnapshotFrame } from '@signalbox/shared/protocol';

interface Cursor {
  epoch: number;
  seq: number;
}

/** The strictest reader of a feed there can be: takes frames in the order they come and forgives nothing. */
export class ModelViewer {
  readonly faults: string[] = [];
  readonly causedBy: string[] = [];
  cursor: Cursor | undefined;
  #revs = new Map<string, number>();
  #parts: SnapshotFrame[] = [];

  get digest(): string {
    let sum = 0;
    for (const [key, rev] of this.#revs)
      sum = addDigest(sum, recordDigest(key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1), rev));
    return formatDigest(sum);
  }

  snapshot(frame: SnapshotFrame): void {
    if (frame.part !== this.#parts.length) this.faults.push(`part ${frame.part} after ${this.#parts.length} parts`);
    this.#parts.push(frame);
    if (this.#parts.length < frame.of) return;
    this.#revs = new Map(
      this.#parts.flatMap(({ records }) => records.map(({ kind, id, rev }) => [`${kind}:${id}`, rev])),
    );
    this.cursor = { epoch: frame.epoch, seq: frame.seq };
    this.#parts = [];
  }

  diff(frame: DiffFrame): void {
    if (this.#parts.length > 0) this.faults.push('a diff between the parts of a snapshot');
    if (frame.epoch !== this.cursor?.epoch) this.faults.push(`a diff of epoch ${frame.epoch} on ${this.cursor?.epoch}`);
    if (frame.from !== (this.cursor?.seq ?? Number.NaN) + 1)
      this.faults.push(`a diff from ${frame.from} on ${this.cursor?.seq}`);
    if (frame.to < frame.from) this.faults.push(`a diff from ${frame.from} to ${frame.to}`);
    for (const [kind, id] of frame.removes) this.#revs.delete(`${kind}:${id}`);
    for (const { kind, id, rev } of frame.puts) this.#revs.set(`${kind}:${id}`, rev);
    this.cursor = { epoch: frame.epoch, seq: frame.to };
    this.causedBy.push(...(frame.causedBy ?? []));
  }
}

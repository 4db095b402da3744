import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import type { Counts } from './counts.ts';
import { Counter } from './counts.ts';
import { Indexes, type IndexName } from './indexes.ts';
import type { RecordChange, VisibleKind, VisibleOf, VisibleRecord } from './record-types.ts';

export type Listener = () => void;

/** What changed since it was last taken; the scheduler turns it into calls of listeners. */
export interface Dirty {
  records: Map<VisibleKind, Set<string>>;
  indexes: Set<IndexName>;
  counts: boolean;
}

const nothingDirty = (): Dirty => ({ records: new Map(), indexes: new Set(), counts: false });

/**
 * All records of the project as maps outside React. A record is replaced whole, the others keep their identity, so a
 * component that listens to one id is called for that id alone. Writing never calls a listener: what changed is
 * gathered and handed out once per flush.
 */
export class EntityDb {
  private readonly maps = new Map<VisibleKind, Map<string, VisibleRecord>>(
    VISIBLE_KINDS.map((kind) => [kind, new Map()]),
  );
  private readonly indexes = new Indexes();
  private readonly counter = new Counter();
  private readonly listeners = new Map<string, Set<Listener>>();
  private dirty = nothingDirty();
  private changed: Listener = () => {};
  /** Grows with every change, for those who want to know that anything happened at all. */
  version = 0;

  get<K extends VisibleKind>(kind: K, id: string): VisibleOf<K> | undefined {
    const record = this.maps.get(kind)?.get(id);
    return record !== undefined && isOf(record, kind) ? record : undefined;
  }

  /** Ids in natural order; the same array until its members change. */
  ids(index: IndexName): readonly string[] {
    return this.indexes.ids(index);
  }

  size(index: IndexName): number {
    return this.indexes.size(index);
  }

  counts(): Counts {
    return this.counter.read();
  }

  apply(change: RecordChange): void {
    for (const [kind, id] of change.removes) this.write(kind, id, undefined);
    for (const record of change.puts) this.write(record.kind, record.id, record);
    this.announce();
  }

  /**
   * A snapshot takes the place of everything. With `sameEpoch`, a record of equal `rev` is the one we have and keeps
   * its identity, so nothing flashes; in another epoch equal numbers mean nothing.
   */
  replace(records: readonly VisibleRecord[], options: { sameEpoch: boolean }): void {
    const kept = new Map<VisibleKind, Set<string>>(VISIBLE_KINDS.map((kind) => [kind, new Set()]));
    for (const record of records) {
      kept.get(record.kind)?.add(record.id);
      const known = this.maps.get(record.kind)?.get(record.id);
      if (options.sameEpoch && known?.rev === record.rev) continue;
      this.write(record.kind, record.id, record);
    }
    for (const [kind, map] of this.maps)
      for (const id of [...map.keys()]) if (!kept.get(kind)?.has(id)) this.write(kind, id, undefined);
    this.announce();
  }

  subscribe(kind: VisibleKind, id: string, listener: Listener): () => void {
    return this.listen(`${kind}/${id}`, listener);
  }

  subscribeIndex(index: IndexName, listener: Listener): () => void {
    return this.listen(`index/${index}`, listener);
  }

  subscribeCounts(listener: Listener): () => void {
    return this.listen('counts', listener);
  }

  listenersOf(key: { record: [VisibleKind, string] } | { index: IndexName } | 'counts'): Iterable<Listener> {
    const name = key === 'counts' ? key : 'index' in key ? `index/${key.index}` : `${key.record[0]}/${key.record[1]}`;
    return this.listeners.get(name) ?? [];
  }

  /** Called when something became dirty; the scheduler sets it. */
  onDirty(listener: Listener): void {
    this.changed = listener;
  }

  takeDirty(): Dirty {
    const dirty = this.dirty;
    this.dirty = nothingDirty();
    return dirty;
  }

  private write(kind: VisibleKind, id: string, record: VisibleRecord | undefined): void {
    const map = this.maps.get(kind);
    // A newer hub may know kinds that we do not show.
    if (map === undefined) return;
    const before = map.get(id);
    if (before === record) return;
    if (record === undefined) map.delete(id);
    else map.set(id, record);
    if (before !== undefined) this.counter.add(before, -1);
    if (record !== undefined) this.counter.add(record, 1);
    for (const name of this.indexes.move(id, before, record)) this.dirty.indexes.add(name);
    this.dirty.counts = true;
    const ids = this.dirty.records.get(kind);
    if (ids === undefined) this.dirty.records.set(kind, new Set([id]));
    else ids.add(id);
  }

  private announce(): void {
    this.version++;
    this.changed();
  }

  private listen(key: string, listener: Listener): () => void {
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.listeners.get(key) === set) this.listeners.delete(key);
    };
  }
}

function isOf<K extends VisibleKind>(
  record: VisibleRecord,
  kind: K,
): record is Extract<VisibleRecord, { kind: K }> & VisibleOf<K> {
  return record.kind === kind;
}

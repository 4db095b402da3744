import type { Kind, RecordOf } from '@signalbox/shared/records';

/** An index hears of every record that enters or leaves the replica. */
export interface Index<K extends Kind> {
  added(record: RecordOf<K>): void;
  removed(record: RecordOf<K>): void;
  /** Instead of both, for an index to which most changes mean nothing. */
  changed?(before: RecordOf<K>, after: RecordOf<K>): void;
}

/** Ids of records by some key of theirs. A record may have several keys or none. */
export class GroupIndex<K extends Kind> implements Index<K> {
  readonly #keysOf: (record: RecordOf<K>) => readonly string[];
  readonly #groups = new Map<string, Set<string>>();

  constructor(keysOf: (record: RecordOf<K>) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  added(record: RecordOf<K>): void {
    for (const key of this.#keysOf(record)) {
      const group = this.#groups.get(key);
      if (group === undefined) this.#groups.set(key, new Set([record.id]));
      else group.add(record.id);
    }
  }

  removed(record: RecordOf<K>): void {
    for (const key of this.#keysOf(record)) {
      const group = this.#groups.get(key);
      group?.delete(record.id);
      if (group?.size === 0) this.#groups.delete(key);
    }
  }

  changed(before: RecordOf<K>, after: RecordOf<K>): void {
    if (sameWords(this.#keysOf(before), this.#keysOf(after))) return;
    this.removed(before);
    this.added(after);
  }

  ids(key: string): ReadonlySet<string> {
    return this.#groups.get(key) ?? NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();

export const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((word, at) => word === b[at]));

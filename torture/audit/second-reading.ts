import { digestOf } from './digest.ts';
import { type Entry, type RawEntry, readEntry } from './entry.ts';
import { isAtOrAfter, type Position } from './position.ts';

/** Compares what is read of the log a second time with a first reading: digests by id, in the order of the log. */
export class SecondReading {
  readonly #known: ReadonlyMap<string, number>;
  readonly #oldestKnown: string | undefined;
  readonly #seen = new Set<string>();

  constructor(known: ReadonlyMap<string, number>) {
    this.#known = known;
    [this.#oldestKnown] = known.keys();
  }

  /** How many entries were there both times, or only now. */
  get entries(): number {
    return this.#seen.size;
  }

  /** Those that are not as they were, or were not there. */
  take(again: readonly RawEntry[]): Entry[] {
    const other: Entry[] = [];
    for (const raw of again) {
      if (this.#oldestKnown === undefined || !isAtOrAfter(place(raw.id), place(this.#oldestKnown))) continue;
      this.#seen.add(raw.id);
      if (this.#known.get(raw.id) !== digestOf(raw.message.e ?? '')) other.push(readEntry(raw));
    }
    return other;
  }

  /** What is missing: a log loses its oldest entries and nothing else. */
  gone(oldestLeft: string | undefined): string[] {
    return [...this.#known.keys()].filter(
      (id) => !this.#seen.has(id) && (oldestLeft === undefined || isAtOrAfter(place(id), place(oldestLeft))),
    );
  }
}

function place(id: string): Position {
  const [epoch = 0, seq = 0] = id.split('-').map(Number);
  return { epoch, seq };
}

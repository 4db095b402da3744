import type { Ordered } from '../domain/market.ts';

/** A chunk that has grown to this is cut in two: what an insertion moves stays small however many there are. */
const CHUNK = 512;

/** Entries in the order of `compare`, no two of them equal: a list of short sorted lists, none of them empty. */
export class Sorted<T> implements Ordered<T> {
  readonly #chunks: T[][] = [];
  readonly #compare: (a: T, b: T) => number;
  #size = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  add(entry: T): void {
    const at = Math.max(0, this.#chunkOf(entry));
    const chunk = this.#chunks[at];
    this.#size++;
    if (chunk === undefined) {
      this.#chunks.push([entry]);
      return;
    }
    chunk.splice(this.#position(chunk, entry), 0, entry);
    if (chunk.length >= CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** Removes the entry that compares equal. */
  delete(entry: T): void {
    const at = this.#chunkOf(entry);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const place = this.#position(chunk, entry);
    const found = chunk[place];
    if (found === undefined || this.#compare(found, entry) !== 0) return;
    chunk.splice(place, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  get size(): number {
    return this.#size;
  }

  first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  last(): T | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  /** The first one behind `entry`, whether that is still there or not. */
  next(entry: T): T | undefined {
    const at = Math.max(0, this.#chunkOf(entry));
    const chunk = this.#chunks[at];
    if (chunk === undefined) return undefined;
    const place = this.#position(chunk, entry);
    const found = chunk[place];
    const behind = found !== undefined && this.#compare(found, entry) === 0 ? place + 1 : place;
    return chunk[behind] ?? this.#chunks[at + 1]?.[0];
  }

  at(place: number): T | undefined {
    let left = place;
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left];
      left -= chunk.length;
    }
    return undefined;
  }

  /** What is added or removed on the way is met, or not, where it stands. */
  *[Symbol.iterator](): Iterator<T> {
    for (let entry = this.first(); entry !== undefined; entry = this.next(entry)) yield entry;
  }

  /** The last chunk that begins at or before the entry; -1 when all begin behind it. */
  #chunkOf(entry: T): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.#chunks[middle]?.[0];
      if (first !== undefined && this.#compare(first, entry) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Of the first entry that is not before it. */
  #position(chunk: readonly T[], entry: T): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = chunk[middle];
      if (other !== undefined && this.#compare(other, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

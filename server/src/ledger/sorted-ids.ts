interface Entry {
  weight: number;
  number: number;
  id: string;
}

/** A chunk that has grown to this is cut in two: what an insertion moves stays small however many there are. */
const CHUNK = 512;

/** Ids ordered by a numeric weight, then by number of the id: a list of short sorted lists, none of them empty. */
export class SortedIds {
  readonly #chunks: Entry[][] = [];
  #size = 0;

  add(weight: number, number: number, id: string): void {
    const at = Math.max(0, this.#chunkBefore(weight, number));
    const chunk = this.#chunks[at];
    this.#size++;
    if (chunk === undefined) {
      this.#chunks.push([{ weight, number, id }]);
      return;
    }
    chunk.splice(position(chunk, weight, number), 0, { weight, number, id });
    if (chunk.length >= CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  delete(weight: number, number: number): void {
    const at = this.#chunkBefore(weight, number);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const place = position(chunk, weight, number);
    const entry = chunk[place];
    if (entry?.weight !== weight || entry.number !== number) return;
    chunk.splice(place, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  get size(): number {
    return this.#size;
  }

  /** A stable copy, so that a decision may change what it walks through. */
  snapshot(): string[] {
    return this.#chunks.flatMap((chunk) => chunk.map(({ id }) => id));
  }

  /** A copy of what comes after the given place; the cost does not grow with what lies before it. */
  after(weight: number, number: number): string[] {
    const at = Math.max(0, this.#chunkBefore(weight, number));
    const ids: string[] = [];
    for (const chunk of this.#chunks.slice(at))
      for (const entry of chunk.slice(position(chunk, weight, number + 1))) ids.push(entry.id);
    return ids;
  }

  /** The last chunk that begins at or before the place; -1 when all begin after it. */
  #chunkBefore(weight: number, number: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.#chunks[middle]?.[0];
      if (first !== undefined && isBefore(first, weight, number + 1)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const isBefore = (entry: Entry, weight: number, number: number): boolean =>
  entry.weight < weight || (entry.weight === weight && entry.number < number);

/** Of the first entry at or after the place. */
function position(chunk: readonly Entry[], weight: number, number: number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = chunk[middle];
    if (entry !== undefined && isBefore(entry, weight, number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

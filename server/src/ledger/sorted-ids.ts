/** Ids ordered by a numeric weight, then by number of the id: insertion and removal by binary search. */
export class SortedIds {
  readonly #entries: { weight: number; number: number; id: string }[] = [];

  add(weight: number, number: number, id: string): void {
    this.#entries.splice(this.#position(weight, number), 0, { weight, number, id });
  }

  delete(weight: number, number: number): void {
    const at = this.#position(weight, number);
    const entry = this.#entries[at];
    if (entry?.weight === weight && entry.number === number) this.#entries.splice(at, 1);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** A stable copy, so that a decision may change what it walks through. */
  snapshot(): string[] {
    return this.#entries.map((entry) => entry.id);
  }

  /** A copy of what comes after the given place; the cost does not grow with what lies before it. */
  after(weight: number, number: number): string[] {
    return this.#entries.slice(this.#position(weight, number + 1)).map((entry) => entry.id);
  }

  #position(weight: number, number: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      if (entry === undefined) return middle;
      if (entry.weight - weight < 0 || (entry.weight === weight && entry.number < number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

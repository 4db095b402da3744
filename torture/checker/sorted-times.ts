/** Index of the first item at or after a time, of items in the order of their times. */
export function firstAtOrAfter<T>(items: readonly T[], timeOf: (item: T) => number, time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Times by name. */
export class Times {
  readonly #times = new Map<string, number[]>();
  #sorted = true;

  add(name: string, time: number): void {
    const own = this.#times.get(name);
    if (own === undefined) this.#times.set(name, [time]);
    else own.push(time);
    this.#sorted = false;
  }

  /** The first at or after `from`; Infinity when there is none. */
  first(name: string, from: number): number {
    if (!this.#sorted) for (const own of this.#times.values()) own.sort((a, b) => a - b);
    this.#sorted = true;
    const own = this.#times.get(name);
    return own?.[firstAtOrAfter(own, (time) => time, from)] ?? Number.POSITIVE_INFINITY;
  }
}

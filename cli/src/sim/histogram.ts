/** Neighbouring classes differ by this factor: what is read back is at most so much too high. */
const CLASS = 1.02;

/** Durations of any number in little memory. */
export class Histogram {
  readonly #classes = new Map<number, number>();
  #count = 0;

  add(ms: number): void {
    const at = Math.ceil(Math.log(Math.max(ms, Number.MIN_VALUE)) / Math.log(CLASS));
    this.#classes.set(at, (this.#classes.get(at) ?? 0) + 1);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** The duration that this share stays under; undefined when there are none. */
  quantile(share: number): number | undefined {
    let left = Math.ceil(this.#count * share);
    for (const [at, count] of [...this.#classes].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return CLASS ** at;
    }
    return undefined;
  }
}

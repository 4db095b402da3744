/** A reply has three seconds; of this size it takes a small part of one. */
const REPLY_BYTES = 4_000_000;
const FIRST_COUNT = 20;

/** How many to ask for at once. Records and log entries may have a megabyte each or a hundred bytes: what came says which. */
export class Portion {
  readonly #max: number;
  readonly #bytes: number;
  #count: number;

  constructor(max: number, { bytes = REPLY_BYTES, first = FIRST_COUNT } = {}) {
    this.#max = max;
    this.#bytes = bytes;
    this.#count = first;
  }

  get count(): number {
    return this.#count;
  }

  /** Takes notice of a reply with so many items. */
  came(items: number, bytes: number): void {
    if (items === 0) return;
    const fits = Math.floor((this.#bytes * items) / Math.max(bytes, 1));
    // Growing step by step: those that come next may be larger.
    this.#count = Math.max(1, Math.min(fits, 4 * this.#count, this.#max));
  }
}

import { getHeapStatistics } from 'node:v8';
import { RECEIPT_WINDOW_MS } from '@signalbox/shared/time';

/**
 * What may be written in one window. Of two windows everything is kept: in the log for whoever starts, as receipts (0.7
 * bytes of memory for each byte of a transaction) by every node. Without an end to it a flood would fill the memory of
 * all nodes, and they would die again of the same log at every start.
 */
const WINDOW_BYTES = getHeapStatistics().heap_size_limit / 2;

/**
 * How much one project may write while every request is remembered: half of a window's budget at once, the rest evenly
 * over the window. Forgetting earlier would break the promise of one effect per request; refusing a new one does not.
 */
export class WindowBudget {
  readonly #bytes: number;
  #startedAt = Number.NEGATIVE_INFINITY;
  #spent = 0;

  constructor(bytes = WINDOW_BYTES) {
    this.#bytes = bytes;
  }

  spend(clock: number, bytes: number): void {
    if (clock >= this.#startedAt + RECEIPT_WINDOW_MS) {
      this.#startedAt = clock;
      this.#spent = 0;
    }
    this.#spent += bytes;
  }

  /** Is more spent than there is for the time that has passed? */
  isOverdrawn(clock: number): boolean {
    const passed = Math.min(1, (clock - this.#startedAt) / RECEIPT_WINDOW_MS);
    return this.#spent > (this.#bytes / 2) * (1 + passed);
  }
}

import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 50;

interface CatchesUp {
  readonly epoch: number;
  readonly seq: number;
  catchUp(): Promise<void>;
}

/**
 * Catch-ups that a client forces by naming what this node does not know, maybe made up: after one that found nothing
 * the next is for all who asked during a pause. One that finds something delays nobody.
 */
export class ForcedCatchUps {
  readonly #ledger: CatchesUp;
  readonly #monotonic: () => number;
  #foundNothingAt = Number.NEGATIVE_INFINITY;
  #next: Promise<void> | undefined;

  constructor(ledger: CatchesUp, monotonic: () => number) {
    this.#ledger = ledger;
    this.#monotonic = monotonic;
  }

  /** Resolves when one that was begun after this call is done. */
  run(): Promise<void> {
    const look = async (): Promise<void> => {
      this.#next = undefined;
      const { epoch, seq } = this.#ledger;
      await this.#ledger.catchUp();
      if (this.#ledger.epoch === epoch && this.#ledger.seq === seq) this.#foundNothingAt = this.#monotonic();
    };
    const pause = this.#foundNothingAt + PAUSE_MS - this.#monotonic();
    if (this.#next === undefined && pause <= 0) return look();
    this.#next ??= delay(pause, undefined, { ref: false }).then(look);
    return this.#next;
  }
}

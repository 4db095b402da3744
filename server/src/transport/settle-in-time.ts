import { REQUEST_TIMEOUT_MS } from '@signalbox/shared/time';

/** A little before the client's own end, so that it hears a typed answer; after the ledger had its chance to give one. */
const SETTLE_WITHIN_MS = REQUEST_TIMEOUT_MS - 250;
const LOOK_EVERY_MS = 250;

interface Pending {
  since: number;
  late(): void;
}

/**
 * Requests that settle whatever happens behind them: while Redis is away, even reading waits for the batch that is on
 * the wire. One timer for all of them, not one each.
 */
export class SettleInTime {
  readonly #pending = new Set<Pending>();
  readonly #monotonic: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#timer = setInterval(() => this.#settleLate(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What `work` comes to, or `late()` when that takes too long. */
  run<T>(work: Promise<T>, late: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { since: this.#monotonic(), late: () => resolve(late()) };
      this.#pending.add(pending);
      const settled = (): void => void this.#pending.delete(pending);
      work.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  #settleLate(): void {
    const before = this.#monotonic() - SETTLE_WITHIN_MS;
    for (const pending of this.#pending) {
      // In the order they came: the rest is younger.
      if (pending.since > before) return;
      this.#pending.delete(pending);
      pending.late();
    }
  }
}

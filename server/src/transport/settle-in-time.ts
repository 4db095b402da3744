import { type Refusal, refuse } from '@signalbox/shared/errors';
import { REQUEST_TIMEOUT_MS } from '@signalbox/shared/time';
import { declarationOf } from './declarations.ts';

/** A little before the client's own end, so that it hears a typed answer; after the ledger had its chance to give one. */
const SETTLE_WITHIN_MS = REQUEST_TIMEOUT_MS - 250;
/** What has waited so long is not begun any more: its sender is about to give up. */
const BEGIN_WITHIN_MS = REQUEST_TIMEOUT_MS - 500;
const LOOK_EVERY_MS = 100;

/** A request that is to be settled in time. */
export interface Deadline {
  /** Is it too late to begin with it? */
  isNear(): boolean;
  /** It is settled. */
  off(): void;
}

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
      const { off } = this.watch(() => resolve(late()));
      work.then(
        (value) => {
          off();
          resolve(value);
        },
        (error: unknown) => {
          off();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Calls `late` when it takes too long. */
  watch(late: () => void): Deadline {
    const since = this.#monotonic();
    const pending: Pending = { since, late };
    this.#pending.add(pending);
    return {
      isNear: () => this.#monotonic() - since >= BEGIN_WITHIN_MS,
      off: () => void this.#pending.delete(pending),
    };
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

/** What the sender of a command hears that was begun and is not answered in time. */
export const unanswered = (command: string): Refusal =>
  declarationOf(command)?.kind === 'write'
    ? refuse(
        'TIMEOUT',
        'Redis did not answer in time, so the outcome is unknown; send the same request with the same requestId.',
        { retryAfterMs: 500 },
      )
    : refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; ask again after the delay.');

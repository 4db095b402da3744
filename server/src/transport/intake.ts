import { type Connection, goOnReading, stopReading } from './wire.ts';

/** Longer than this nobody is left unread at a stretch: a heartbeat or the answer to a ping may be what comes next. */
const MAX_HOLD_MS = 1_000;

/**
 * Whether a connection is read. It is not while too much of what it sent waits here, nor for a while after it was told
 * to wait: whoever sends on regardless is held up by its own kernel, at no cost to the hub.
 */
export class Intake {
  readonly #connection: Connection;
  readonly #monotonic: () => number;
  /** Monotonic ms, both. */
  #fullUntil = 0;
  #heldUntil = 0;
  /** A timer for the next look is set. */
  #looksAgain = false;
  #reading = true;

  constructor(connection: Connection, monotonic: () => number = () => performance.now()) {
    this.#connection = connection;
    this.#monotonic = monotonic;
  }

  /** So much waits that nothing more should come, until this is called again. */
  full(is: boolean): void {
    if (!is && this.#fullUntil === 0) return;
    this.#fullUntil = is ? this.#monotonic() + MAX_HOLD_MS : 0;
    this.#apply();
  }

  /** It was refused and told to wait this long; what it is told again adds up. */
  hold(ms: number): void {
    if (ms <= 0) return;
    const now = this.#monotonic();
    this.#heldUntil = Math.min(Math.max(this.#heldUntil, now) + ms, now + MAX_HOLD_MS);
    this.#apply();
  }

  #apply(): void {
    const leftMs = Math.max(this.#fullUntil, this.#heldUntil) - this.#monotonic();
    const read = leftMs <= 0;
    if (!read && !this.#looksAgain) {
      this.#looksAgain = true;
      setTimeout(() => this.#lookAgain(), Math.ceil(leftMs)).unref();
    }
    if (read === this.#reading) return;
    this.#reading = read;
    if (read) goOnReading(this.#connection);
    else stopReading(this.#connection);
  }

  #lookAgain(): void {
    this.#looksAgain = false;
    this.#apply();
  }
}

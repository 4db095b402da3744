/** Of one look at the monotonic clock, at most this much counts: a longer gap was a pause, and a pause expires nothing. */
const MAX_STEP_MS = 250;
/** A clock runs at most this far ahead of what is committed: with the store away it stands still. */
const MAX_AHEAD_MS = 750;
/** With deadlines in the project, a tick is appended when the clock has run this far ahead. */
export const TICK_AFTER_MS = 500;

/** The ledger clock of one project on one node. Integer milliseconds; never goes back. */
export class LedgerClock {
  readonly #monotonic: () => number;
  #lookedAt: number;
  #now: number;
  #committed: number;

  constructor(monotonic: () => number, committed: number) {
    this.#monotonic = monotonic;
    this.#lookedAt = monotonic();
    this.#now = committed;
    this.#committed = committed;
  }

  /** Looks at the monotonic clock and returns the ledger time. */
  now(): number {
    const looked = this.#monotonic();
    const step = Math.min(looked - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = looked;
    this.#now = Math.min(this.#now + step, this.#committed + MAX_AHEAD_MS);
    return Math.floor(this.#now);
  }

  /** A transaction with this clock was applied. */
  committed(clock: number): void {
    // First what has passed here: added later, the end of a pause would come on top of what others counted meanwhile.
    this.now();
    this.#committed = clock;
    this.#now = Math.max(this.#now, clock);
  }

  wantsTick(): boolean {
    return this.now() - this.#committed >= TICK_AFTER_MS;
  }
}

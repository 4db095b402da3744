const STEPS_MS = [250, 500, 1_000, 2_000, 4_000] as const;
const JITTER = 0.3;
/** A connection that lived this long counts as good: the next loss starts from the first step again. */
const STABLE_AFTER_MS = 10_000;

/** 0.25 · 0.5 · 1 · 2 · 4 s ± 30 %, then every 4 s. */
export class Backoff {
  #step = 0;
  #openedAt: number | null = null;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  opened(now: number): void {
    this.#openedAt = now;
  }

  /** The delay before the next try. */
  next(now: number): number {
    if (this.#openedAt !== null && now - this.#openedAt >= STABLE_AFTER_MS) this.#step = 0;
    this.#openedAt = null;
    const base = STEPS_MS[this.#step] ?? 4_000;
    this.#step = Math.min(this.#step + 1, STEPS_MS.length - 1);
    return Math.round(base * (1 - JITTER + 2 * JITTER * this.#random()));
  }
}

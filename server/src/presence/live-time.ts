/** Of one look at the monotonic clock at most this much counts, so that a pause of this process makes nobody late. */
const MAX_STEP_MS = 250;
const LOOK_EVERY_MS = 100;

/** How long this process has been running, without the times it stood still. Every silence is measured with it. */
export class LiveTime {
  readonly #monotonic: () => number;
  #lookedAt: number;
  #live = 0;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#lookedAt = monotonic();
  }

  /** Milliseconds. To be looked at more often than the clamp, or it falls behind: {@link run} sees to that. */
  now(): number {
    const looked = this.#monotonic();
    this.#live += Math.min(looked - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = looked;
    return this.#live;
  }

  /** Returns what ends it. */
  run(): () => void {
    const timer = setInterval(() => this.now(), LOOK_EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  }
}

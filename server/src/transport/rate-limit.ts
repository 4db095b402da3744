export interface Rate {
  perSecond: number;
  /** So many at once, after a rest. */
  burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket for each of any number of keys: so many a second, a burst in between. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #monotonic: () => number;
  /** After so long untouched every bucket is full, and a new one is as good. */
  readonly #fullAfterMs: number;
  #recent = new Map<string, Bucket>();
  #older = new Map<string, Bucket>();
  #turnedAt: number;

  constructor(rate: Rate, monotonic: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#monotonic = monotonic;
    this.#fullAfterMs = (rate.burst / rate.perSecond) * 1_000;
    this.#turnedAt = monotonic();
  }

  /** Takes one; returns 0, or the milliseconds after which the next one may come. */
  take(key: string): number {
    const now = this.#monotonic();
    if (now - this.#turnedAt >= this.#fullAfterMs) this.#forget(now);
    const { perSecond, burst } = this.#rate;
    const bucket = this.#recent.get(key) ?? this.#add(key, now);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) * perSecond) / 1_000);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
    bucket.tokens -= 1;
    return 0;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  #add(key: string, now: number): Bucket {
    const bucket = this.#older.get(key) ?? { tokens: this.#rate.burst, filledAt: now };
    this.#older.delete(key);
    this.#recent.set(key, bucket);
    return bucket;
  }

  /** Drops what nobody has touched for a turn, without looking at any of it. */
  #forget(now: number): void {
    this.#older = now - this.#turnedAt >= 2 * this.#fullAfterMs ? new Map() : this.#recent;
    this.#recent = new Map();
    this.#turnedAt = now;
  }
}

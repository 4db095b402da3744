import { type Refusal, refuse } from '@signalbox/shared/errors';

const COMMANDS_PER_SECOND = 1_000;
const COMMANDS_BURST = 2_000;
/** So many actors are remembered before the full buckets among them are thrown away. */
const MAX_BUCKETS = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket per actor: so many commands a second, a burst in between. */
export class RateLimit {
  readonly #monotonic: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Takes one command of the actor; returns 0, or the milliseconds after which the next one may come. */
  take(actor: string): number {
    const now = this.#monotonic();
    const bucket = this.#buckets.get(actor) ?? this.#add(actor, now);
    bucket.tokens = filled(bucket, now);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / COMMANDS_PER_SECOND);
    bucket.tokens -= 1;
    return 0;
  }

  #add(actor: string, now: number): Bucket {
    if (this.#buckets.size >= MAX_BUCKETS) {
      for (const [key, bucket] of this.#buckets) if (filled(bucket, now) >= COMMANDS_BURST) this.#buckets.delete(key);
    }
    const bucket = { tokens: COMMANDS_BURST, filledAt: now };
    this.#buckets.set(actor, bucket);
    return bucket;
  }
}

const filled = ({ tokens, filledAt }: Bucket, now: number): number =>
  Math.min(COMMANDS_BURST, tokens + ((now - filledAt) * COMMANDS_PER_SECOND) / 1_000);

export const tooFast = (afterMs: number): Refusal =>
  refuse('RATE_LIMITED', 'More than 1,000 commands a second; wait a moment, then send it again.', {
    retryAfterMs: afterMs,
  });

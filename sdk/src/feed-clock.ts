const BEATS_KEPT = 32;
const PINGS_KEPT = 16;
/** Weight of the newest round trip: TCP's own 1/8 (RFC 6298). */
const EWMA_WEIGHT = 1 / 8;

/**
 * The hub's wall clock, estimated: the beat that travelled fastest says the least wrong offset, and half of the fastest
 * round trip is what it took. On the monotonic clock, so that a jump of this machine's wall clock changes nothing.
 */
export class FeedClock {
  #offsets: number[] = [];
  #roundTrips: number[] = [];
  #rttMs: number | null = null;

  /** Smoothed round trip; null until measured. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  beat(serverTime: number, monotonic: number): void {
    this.#offsets = [...this.#offsets, serverTime - monotonic].slice(-BEATS_KEPT);
  }

  roundTrip(ms: number): void {
    this.#roundTrips = [...this.#roundTrips, ms].slice(-PINGS_KEPT);
    this.#rttMs = this.#rttMs === null ? ms : this.#rttMs + EWMA_WEIGHT * (ms - this.#rttMs);
  }

  /** The hub may be another machine now, or have another clock. */
  reset(): void {
    this.#offsets = [];
    this.#roundTrips = [];
  }

  /** null until the first beat. */
  serverNow(monotonic: number): number | null {
    if (this.#offsets.length === 0) return null;
    const oneWay = this.#roundTrips.length === 0 ? 0 : Math.min(...this.#roundTrips) / 2;
    return monotonic + Math.max(...this.#offsets) + oneWay;
  }
}

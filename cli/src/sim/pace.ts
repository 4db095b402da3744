import type { Timers } from '@signalbox/sdk/timers';

/** Directives and the coordinator's chores go before work. */
export type Line = 'urgent' | 'work';
const LOOK_EVERY_MS = 10;
/** What was not used for this long is not caught up with: a burst would be another load than the one that was asked for. */
const KEPT_S = 0.5;
/** And what was sent without a turn holds the others up for at most so long. */
const OWED_S = 5;

/**
 * Offers changes to the hub at an even rate, whatever its answers take (an open loop): each turn allows one agent one
 * change. What agents send without being asked, such as acknowledgements, uses up turns, too.
 */
export class Pace {
  readonly #rate: number;
  readonly #timers: Timers;
  readonly #waiting: Record<Line, (() => void)[]> = { urgent: [], work: [] };
  /** Somebody without work says something; false when nobody could. */
  readonly #spare: () => boolean;
  #startedAt: number | null = null;
  #stoppedAt: number | null = null;
  /** Turns given, and those that were used up or missed. */
  #used = 0;
  #missed = 0;

  constructor({ rate, timers, spare }: { rate: number; timers: Timers; spare(): boolean }) {
    this.#rate = rate;
    this.#timers = timers;
    this.#spare = spare;
  }

  start(): void {
    this.#startedAt = this.#timers.monotonic();
    this.#look();
  }

  /** Nobody gets a turn any more; whoever waits for one is left waiting, as one whose connection ends next should be. */
  stop(): void {
    this.#stoppedAt = this.#timers.monotonic();
  }

  /** Resolves when it is the caller's turn to change something, in the order of asking. */
  turn(line: Line): Promise<void> {
    return new Promise((resolve) => this.#waiting[line].push(resolve));
  }

  /** A change was sent that nobody had a turn for. */
  spent(): void {
    this.#used = Math.min(this.#due + this.#rate * OWED_S, this.#used + 1);
  }

  /** Changes that should have been offered so far, and those for which no agent was free. */
  get offered(): { changes: number; missed: number } {
    return { changes: Math.floor(this.#due), missed: Math.round(this.#missed) };
  }

  get #due(): number {
    const until = this.#stoppedAt ?? this.#timers.monotonic();
    return this.#startedAt === null ? 0 : ((until - this.#startedAt) * this.#rate) / 1_000;
  }

  #look(): void {
    if (this.#stoppedAt !== null) return;
    while (this.#due - this.#used >= 1 && this.#give()) this.#used += 1;
    const tooMany = this.#due - this.#used - Math.max(1, this.#rate * KEPT_S);
    if (tooMany > 0) {
      this.#missed += tooMany;
      this.#used += tooMany;
    }
    this.#timers.after(LOOK_EVERY_MS, () => this.#look());
  }

  #give(): boolean {
    const next = this.#waiting.urgent.shift() ?? this.#waiting.work.shift();
    next?.();
    return next !== undefined || this.#spare();
  }
}

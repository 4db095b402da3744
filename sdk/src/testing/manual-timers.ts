import type { Off } from '@signalbox/shared/listeners';
import type { Timers } from '../timers.ts';

/** Time that moves only by `advance`. */
export class ManualTimers implements Timers {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];
  readonly #wallAt: number;

  constructor(wallAt = 1_700_000_000_000) {
    this.#wallAt = wallAt;
  }

  monotonic = (): number => this.#now;
  wall = (): number => this.#wallAt + this.#now;
  random = (): number => 0.5;

  after = (ms: number, run: () => void): Off => {
    const entry = { at: this.#now + ms, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  };

  /** Timers that are still to run. */
  get pending(): number {
    return this.#due.length;
  }

  /** Runs what falls due on the way, in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((entry) => entry !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
    await settled();
  }
}

/** Every promise that can settle without time passing has. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

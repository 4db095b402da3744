import type { World } from './world.ts';

/** Stands still for a while, again and again; what comes meanwhile is done when it goes on. */
export class Stops {
  readonly #world: World;
  readonly #note: (k: 'stopped' | 'continued') => void;
  readonly #stops: { from: number; to?: number }[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(world: World, note: (k: 'stopped' | 'continued') => void) {
    this.#world = world;
    this.#note = note;
  }

  get stopped(): boolean {
    const last = this.#stops.at(-1);
    return last !== undefined && last.to === undefined;
  }

  /** When it went on the last time. */
  get continuedAt(): number {
    return this.#stops.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
  }

  /** Unless it is stopped already, or there is nobody any more to be stopped or to go on. */
  stop(forMs: number, isAlive: () => boolean = () => true): void {
    if (this.stopped || !isAlive()) return;
    const stop: { from: number; to?: number } = { from: this.#world.now };
    this.#stops.push(stop);
    this.#note('stopped');
    this.#world.after(forMs, () => {
      if (!isAlive()) return;
      stop.to = this.#world.now;
      this.#note('continued');
      for (const act of this.#waiting.splice(0)) act();
    });
  }

  whenRunning(act: () => void): void {
    if (this.stopped) this.#waiting.push(act);
    else act();
  }

  /** How much of the time since then it stood still. */
  since(time: number): number {
    const { now } = this.#world;
    return this.#stops.reduce((sum, { from, to = now }) => sum + Math.max(0, to - Math.max(from, time)), 0);
  }
}

import type { Line } from '../history/line.ts';
import { Random } from '../random.ts';

type Unstamped<L> = L extends Line ? Omit<L, 'at'> : never;

/** Time that only passes when nothing is left to do in it, and what was written down meanwhile. */
export class World {
  readonly random: Random;
  readonly lines: Line[] = [];
  now = 1_000;
  readonly #due: { at: number; order: number; act: () => void }[] = [];
  #order = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  write(line: Unstamped<Line>): void {
    // A little later each, so that what happens in the same millisecond has an order.
    this.lines.push({ at: this.now + this.lines.length * 1e-6, ...line });
  }

  after(ms: number, act: () => void): void {
    this.#due.push({ at: this.now + ms, order: this.#order++, act });
    this.#rise(this.#due.length - 1);
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  /** Until nothing is due any more. */
  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      this.now = next.at;
      next.act();
    }
  }

  #take() {
    const first = this.#due[0];
    const last = this.#due.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#due[0] = last;
    this.#sink(0);
    return first;
  }

  #rise(index: number): void {
    let at = index;
    while (at > 0 && this.#before(at, (at - 1) >> 1)) {
      this.#swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  }

  #sink(index: number): void {
    let at = index;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#due.length && this.#before(child, first)) first = child;
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#due[a], this.#due[b]];
    if (one === undefined || other === undefined) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#due[a], this.#due[b]];
    if (one === undefined || other === undefined) return;
    this.#due[a] = other;
    this.#due[b] = one;
  }
}

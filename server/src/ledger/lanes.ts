import type { Refusal } from '@signalbox/shared/errors';
import type { Pending } from './submission.ts';
import { overloaded, timedOut, unavailable } from './unsettled.ts';

/** Of each lane, so that a flood of ordinary commands keeps no urgent one out. */
const MAX_WAITING = 20_000;

/** Commands on their way: those that wait, urgent ones first, and those whose batch is being decided or appended. */
export class Lanes {
  #urgent: Pending[] = [];
  #ordinary: Pending[] = [];
  #underWay: Pending[] = [];

  get waiting(): number {
    return this.#urgent.length + this.#ordinary.length;
  }

  add(pending: Pending): void {
    const lane = pending.submission.urgent === true ? this.#urgent : this.#ordinary;
    if (lane.length >= MAX_WAITING) pending.settle({ ok: false, error: overloaded().refused });
    else lane.push(pending);
  }

  /** The next command to decide; from here on its outcome may be unknown. */
  take(): Pending | undefined {
    const next = this.#urgent.shift() ?? this.#ordinary.shift();
    if (next !== undefined) this.#underWay.push(next);
    return next;
  }

  /** The batch is answered: nothing of it is on the wire any more. */
  landed(): void {
    this.#underWay = [];
  }

  /** The commands of a batch that was not written go back to the front, in their order. */
  putBack(batch: readonly Pending[]): void {
    this.#underWay = [];
    this.#ordinary.unshift(...batch.filter((pending) => !pending.settled));
  }

  /** Nobody will hear what becomes of the batch under way. */
  giveUpBatch({ refused } = timedOut()): void {
    for (const pending of this.#underWay.splice(0)) pending.settle({ ok: false, error: refused });
  }

  giveUpWaiting({ refused }: Refusal): void {
    for (const pending of [...this.#urgent.splice(0), ...this.#ordinary.splice(0)])
      pending.settle({ ok: false, error: refused });
  }

  /** Answers those that came before `before` (monotonic ms): unknown on the wire, surely not written in a lane. */
  settleLate(before: number, storeAway: boolean): void {
    const late = (pending: Pending): boolean => pending.since <= before && !pending.settled;
    for (const pending of this.#underWay) if (late(pending)) pending.settle({ ok: false, error: timedOut().refused });
    const { refused } = storeAway ? unavailable() : overloaded();
    // Nobody waits for them any more: kept, they would pile up for as long as the store is away.
    const younger = (lane: Pending[]): Pending[] => {
      const ended = lane.filter(late);
      for (const pending of ended) pending.settle({ ok: false, error: refused });
      return ended.length === 0 ? lane : lane.filter(({ settled }) => !settled);
    };
    this.#urgent = younger(this.#urgent);
    this.#ordinary = younger(this.#ordinary);
  }
}

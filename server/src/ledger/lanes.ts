import type { Pending } from './submission.ts';
import { overloaded, stopping, timedOut, unavailable } from './unsettled.ts';

/** Of each lane, so that a flood of ordinary commands keeps no urgent one out. */
const MAX_WAITING = 20_000;

/** Commands on their way: those that wait, urgent ones first, and those whose batch is being decided or appended. */
export class Lanes {
  readonly #urgent: Pending[] = [];
  readonly #ordinary: Pending[] = [];
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
  giveUpBatch(): void {
    for (const pending of this.#underWay.splice(0)) pending.settle({ ok: false, error: timedOut().refused });
  }

  giveUpAll(): void {
    this.giveUpBatch();
    for (const pending of [...this.#urgent.splice(0), ...this.#ordinary.splice(0)])
      pending.settle({ ok: false, error: stopping().refused });
  }

  /** Answers those that came before `before` (monotonic ms): unknown on the wire, surely not written in a lane. */
  settleLate(before: number, storeAway: boolean): void {
    const late = (pending: Pending): boolean => pending.since <= before && !pending.settled;
    for (const pending of this.#underWay) if (late(pending)) pending.settle({ ok: false, error: timedOut().refused });
    const { refused } = storeAway ? unavailable() : overloaded();
    for (const lane of [this.#urgent, this.#ordinary])
      for (const pending of lane) if (late(pending)) pending.settle({ ok: false, error: refused });
  }
}

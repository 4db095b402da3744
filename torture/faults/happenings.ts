import type { Done } from '../course.ts';
import { now } from '../history/writer.ts';
import { within } from '../within.ts';
import type { Happened, Seen } from './fault.ts';

/** More than anything takes that ends at all: of what never does, the run is to say so, not to hang. */
const OVER_WITHIN_MS = 120_000;

/** What is under way of all that was done, and who hears how it turned out. */
export class Happenings {
  readonly #say: (done: Done) => void;
  readonly #overWithinMs: number;
  readonly #rests: Promise<void>[] = [];

  constructor(say: (done: Done) => void, overWithinMs = OVER_WITHIN_MS) {
    this.#say = say;
    this.#overWithinMs = overWithinMs;
  }

  /** Resolves once it happened and is healed, though not its rest; throws when that is not so in time. */
  one(kind: string, happen: () => Promise<Happened>, heal: () => Promise<void> = async () => {}): Promise<void> {
    const at = now();
    const happens = async (): Promise<void> => {
      const { rest, times = 1, ...seen } = await happen();
      const tell = ({ verified, note }: Seen): void => this.#say({ at, kind, verified, note, times });
      if (rest === undefined) tell(seen);
      else this.#goesOn(kind, rest, (end) => tell(both(seen, end)));
      await heal();
    };
    return within(this.#overWithinMs, `the fault "${kind}" is over and everything well again`, happens());
  }

  /** Resolves once every rest is over; throws what one of them threw. */
  async over(): Promise<void> {
    await Promise.all(this.#rests);
  }

  #goesOn(kind: string, rest: Promise<Seen>, ends: (end: Seen) => void): void {
    const ended = within(this.#overWithinMs, `the rest of the fault "${kind}" is over`, rest).then(ends);
    // Who asks whether all is over hears of it; until then it would be nobody's.
    ended.catch(() => {});
    this.#rests.push(ended);
  }
}

const both = (begin: Seen, end: Seen): Seen => ({
  verified: begin.verified && end.verified,
  note: `${begin.note}; ${end.note}`,
});

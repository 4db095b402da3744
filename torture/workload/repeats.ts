import type { Fields } from '../history/line.ts';
import { now } from '../history/writer.ts';
import type { Random } from '../random.ts';
import type { Chore } from './chore.ts';
import type { Request } from './connection.ts';

/** So many of the requests that were accepted are sent again. */
const SHARE = 0.01;
const AT_ONCE = 0.5;
const ELSEWHERE = 0.2;
const LATER_MS = [1_000, 8_000] as const;
/** Before all else. */
const WEIGHT = 1_000;
/** These ask, and change nothing. */
const ASKS: ReadonlySet<string> = new Set(['lock.check', 'agent.heartbeat']);
/** What had nothing to do is not remembered: again it may have, and somebody would have a task and not know it. */
const hadNothingToDo = (answer: Fields): boolean => answer.task === null;

interface RepeatsOptions {
  random: Random;
  send(request: Request): Promise<unknown>;
  /** What is sent next goes over another connection. */
  leave(): void;
}

/** What was accepted comes again: it has to have the same answer and no other effect. */
export class Repeats {
  readonly #options: RepeatsOptions;
  #waiting: { at: number; request: Request }[] = [];

  constructor(options: RepeatsOptions) {
    this.#options = options;
  }

  /** A request was accepted. Resolves when it was sent again, or is not to be now. */
  async note(request: Request, answer: Fields): Promise<void> {
    const { random, send } = this.#options;
    if (ASKS.has(request.command) || hadNothingToDo(answer) || !random.chance(SHARE)) return;
    if (random.chance(AT_ONCE)) await send(request);
    else this.#waiting.push({ at: now() + random.int(...LATER_MS), request });
  }

  chores(): Chore[] {
    const due = this.#waiting.find(({ at }) => at <= now());
    if (due === undefined) return [];
    return [{ weight: WEIGHT, do: () => this.#again(due) }];
  }

  async #again(due: { at: number; request: Request }): Promise<void> {
    const { random, send, leave } = this.#options;
    this.#waiting = this.#waiting.filter((one) => one !== due);
    if (random.chance(ELSEWHERE)) leave();
    await send(due.request);
  }
}

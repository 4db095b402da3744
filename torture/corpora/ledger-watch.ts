import { z } from 'zod';
import { bearer, type Cast, type Headers } from './cast.ts';

/** Each may ask as often as any client, and one alone would be asked to slow down. */
const READERS = 6;
/** What the history tells only who asks for it by its name. */
const TOLD_IF_ASKED = ['lock.renew', 'agent.heartbeat', 'directive.delivered'];
const MAX_SHOWN = 300;

const inOrder = z.looseObject({ seq: z.int() });
const history = z.looseObject({ events: z.array(z.looseObject({ seq: z.int(), actor: z.string() })) });

/** Whether anything is written into the ledger of a project, looked at as often as one likes. */
export class LedgerWatch {
  readonly #cast: Cast;
  readonly #readers: readonly Headers[];
  #asked = 0;
  #seq = 0;

  private constructor(cast: Cast, readers: readonly Headers[]) {
    this.#cast = cast;
    this.#readers = readers;
  }

  static async start(cast: Cast): Promise<LedgerWatch> {
    const readers: Headers[] = [];
    while (readers.length < READERS) readers.push(bearer((await cast.token('viewer')).token));
    const watch = new LedgerWatch(cast, readers);
    await watch.forget();
    return watch;
  }

  /** What was written so far is as it should be. */
  async forget(): Promise<void> {
    this.#seq = await this.#head();
  }

  /** Since it was last asked, by anybody but the hub itself, which has its own reasons at any time. */
  async written(): Promise<string[]> {
    const before = this.#seq;
    this.#seq = await this.#head();
    if (this.#seq === before) return [];
    const found: string[] = [];
    for (const asked of [{}, ...TOLD_IF_ASKED.map((command) => ({ command }))]) {
      const { events } = history.parse(await this.#ask('history.list', { ...asked, limit: 200 }));
      const own = events.filter(({ seq, actor }) => seq > before && actor !== 'hub');
      found.push(...own.map((event) => JSON.stringify(event).slice(0, MAX_SHOWN)));
    }
    return found;
  }

  async #head(): Promise<number> {
    return inOrder.parse(await this.#ask('task.list', { limit: 1 })).seq;
  }

  async #ask(command: string, input: object): Promise<unknown> {
    this.#asked += 1;
    return this.#cast.must(command, input, this.#readers[this.#asked % READERS] ?? []);
  }
}

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Position } from '../audit/position.ts';
import type { ObserverAnswer, ObserverAsk, ObserverOrders } from '../observer.ts';
import { type Child, type Children, isStopped, stop } from './children.ts';
import { unreadBytes } from './unread.ts';

const PROGRAM = fileURLToPath(new URL('../observer.js', import.meta.url));
const ENDED = 'who observes has ended by itself';

const answer: z.ZodType<ObserverAnswer> = z.object({
  done: z.enum(['level', 'finish']),
  failed: z.string().exactOptional(),
});

/** A process that follows the project: control rooms, and the auditor if it is told where Redis is. */
export class Readers {
  readonly count: number;
  readonly #child: Child;

  constructor(children: Children, orders: ObserverOrders) {
    this.count = orders.ways.length;
    this.#child = children.start(process.execPath, [PROGRAM, JSON.stringify(orders)], { ipc: true });
  }

  /** Resolves when every control room is level with what its hub has now, and kept so by diffs. */
  level(): Promise<void> {
    return this.#ask({ ask: 'level' });
  }

  stop(): Promise<boolean> {
    return stop(this.#child.pid);
  }

  /** By the kernel's word. */
  isStopped(): Promise<boolean> {
    return isStopped(this.#child.pid);
  }

  continue(): void {
    this.#child.process.kill('SIGCONT');
  }

  /** Bytes that the kernel holds for each connection and that were not read, by its inode. */
  unread(): Promise<Map<string, number>> {
    return unreadBytes(this.#child.pid);
  }

  /**
   * It ends once the log is read to `end` or what comes after it, and every control room has a picture of that. Throws,
   * as a sentence, what is not so.
   */
  async finish(end: Position): Promise<void> {
    await this.#ask({ ask: 'finish', end });
    await this.#child.ended;
  }

  async end(): Promise<void> {
    this.#child.process.kill('SIGKILL');
    await this.#child.ended;
  }

  async #ask(ask: ObserverAsk): Promise<void> {
    const { process: child, ended } = this.#child;
    const asking = new AbortController();
    const answered = new Promise<string | undefined>((resolve) => {
      const onMessage = (said: unknown): void => {
        const { done, failed } = answer.parse(said);
        if (done === ask.ask) resolve(failed);
      };
      child.on('message', onMessage);
      asking.signal.addEventListener('abort', () => child.off('message', onMessage), { once: true });
    });
    try {
      if (!child.connected) throw new Error(ENDED);
      child.send(ask);
      const failed = await Promise.race([answered, ended.then(() => ENDED)]);
      if (failed !== undefined) throw new Error(failed);
    } finally {
      asking.abort();
    }
  }
}

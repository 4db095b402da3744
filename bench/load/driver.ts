import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Children } from '../machine/children.ts';
import type { Cores } from '../machine/cores.ts';
import { type Order, type Outcome, report } from './orders.ts';

const PROGRAM = fileURLToPath(new URL('main.js', import.meta.url));

/** The load generator as the bench sees it: orders go out one by one, each comes back with what was measured. */
export class Load {
  readonly #child: ChildProcess;
  #settle: (said: unknown) => void = () => {};

  constructor(children: Children, cores: Cores) {
    this.#child = children.start(process.execPath, [PROGRAM], { core: cores.load, ipc: true });
    this.#child.on('message', (said) => this.#settle(said));
    this.#child.on('exit', (code, signal) =>
      this.#settle({ failed: `it ended (${signal ?? code}); what it said is above` }),
    );
  }

  /** Its clients read nothing and say nothing, and do not know it, until it goes on. */
  stop(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  /** Throws what failed there: a load with failures measures nothing. */
  async order(order: Order): Promise<Outcome> {
    const said = await new Promise<unknown>((resolve) => {
      this.#settle = resolve;
      this.#child.send(order, (error) => error !== null && resolve({ failed: error.message }));
    });
    const answer = report.parse(said);
    if ('failed' in answer) throw new Error(`the load generator, at "${order.do}": ${answer.failed}`);
    return answer.outcome;
  }
}

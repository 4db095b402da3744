import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of a story that says, message by message, how it is; each message replaces what it said of the same field. */
export class Child<Said extends object> implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #ended: Promise<never>;
  readonly #waiting = new Set<() => void>();
  #said: Partial<Said> = {};

  private constructor(process: ChildProcess, program: string) {
    this.process = process;
    this.#ended = once(process, 'exit').then(([code, signal]) => {
      throw new Error(`${program} ended with ${code ?? signal}`);
    });
    // Only who waits for it wants to know.
    this.#ended.catch(() => {});
    process.on('message', (message: Partial<Said>) => {
      this.#said = { ...this.#said, ...message };
      for (const look of this.#waiting) look();
    });
  }

  /** Runs a program of this folder with its settings. */
  static start<Said extends object>(program: string, settings: object): Child<Said> {
    const file = fileURLToPath(new URL(program, import.meta.url));
    // Like any program, on what was built: not with the conditions of the test's own process.
    return new Child(fork(file, [JSON.stringify(settings)], { execArgv: [] }), program);
  }

  /** Resolves when what it has said passes; rejects when it ends before. */
  until(fact: (said: Partial<Said>) => boolean): Promise<Partial<Said>> {
    let look = (): void => {};
    const passed = new Promise<Partial<Said>>((resolve) => {
      look = () => fact(this.#said) && resolve(this.#said);
      this.#waiting.add(look);
      look();
    });
    return Promise.race([passed, this.#ended]).finally(() => this.#waiting.delete(look));
  }

  /** Asks, and resolves with what it says then under this name. */
  async ask<K extends keyof Said & string>(name: K): Promise<NonNullable<Said[K]>> {
    this.#said = { ...this.#said, [name]: undefined };
    this.process.send(name);
    const { [name]: said } = await this.until((now) => now[name] !== undefined);
    if (said === undefined || said === null) throw new Error(`nothing was said as ${name}`);
    return said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}

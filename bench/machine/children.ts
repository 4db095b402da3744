import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Less than a script waits for what it interrupts. */
const GENTLE_MS = 4_000;

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  /** A core for the process and all its threads. */
  core?: number | undefined;
  /** A channel for messages, beside its output. */
  ipc?: boolean;
  /** Its output is read; otherwise only its errors are shown. */
  read?: boolean;
  /** Ends what it may leave behind when it has to be killed. */
  cleanUp?: () => Promise<void>;
}

interface Running {
  child: ChildProcess;
  ended: Promise<unknown>;
  cleanUp: () => Promise<void>;
}

/** Every process that the bench starts: all of them are ended when it ends, whatever the reason. */
export class Children {
  readonly #running = new Map<ChildProcess, Running>();

  start(command: string, args: readonly string[], options: StartOptions = {}): ChildProcess {
    const { env, core, ipc = false, read = false, cleanUp = async () => {} } = options;
    const [program, all] = core === undefined ? [command, args] : ['taskset', ['-c', String(core), command, ...args]];
    const child = spawn(program, [...all], {
      env: { ...process.env, ...env },
      stdio: ['ignore', read ? 'pipe' : 'ignore', 'inherit', ...(ipc ? (['ipc'] as const) : [])],
    });
    // Also when it cannot be started at all, which whoever waits for its first word is told.
    const ended = Promise.race([once(child, 'exit'), once(child, 'error')]);
    this.#running.set(child, { child, ended, cleanUp });
    return child;
  }

  /** Asks it to end, with SIGTERM unless said, and resolves when it has. */
  async end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = this.#running.get(child);
    if (running === undefined) return;
    const killer = setTimeout(() => child.kill('SIGKILL'), GENTLE_MS);
    child.kill(signal);
    await running.ended;
    clearTimeout(killer);
    await running.cleanUp();
    this.#running.delete(child);
  }

  /** The newest first: the load before the servers, and they before the Redis they use. */
  async endAll(): Promise<void> {
    for (const child of [...this.#running.keys()].reverse()) await this.end(child);
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A process of the run, and how it ends. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ChildOptions {
  env?: NodeJS.ProcessEnv;
  ipc?: boolean;
  /** Otherwise what it prints is dropped; errors are shown. */
  read?: boolean;
}

/** Every process a run starts: none outlives it. */
export class Children {
  readonly #running = new Set<Child>();
  #over = false;

  start(command: string, args: readonly string[], { env, ipc = false, read = false }: ChildOptions = {}): Child {
    // Whatever was given up as too late may still come to where it starts the next one.
    if (this.#over) throw new Error(`the run is over: ${command} is not started any more`);
    const child = spawn(command, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', read ? 'pipe' : 'ignore', read ? 'pipe' : 'inherit', ...(ipc ? (['ipc'] as const) : [])],
    });
    if (child.pid === undefined) throw new Error(`${command} cannot be started`);
    const ended: Child['ended'] = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const running: Child = { process: child, pid: child.pid, ended };
    this.#running.add(running);
    void ended.then(() => this.#running.delete(running));
    return running;
  }

  /** Ends them all, and nothing is started from here on. */
  async killAll(): Promise<void> {
    this.#over = true;
    const all = [...this.#running];
    for (const child of all) child.process.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
  }
}

/** kill -9; tells whether that is what it died of. */
export async function kill(child: Child): Promise<boolean> {
  child.process.kill('SIGKILL');
  return (await child.ended).signal === 'SIGKILL';
}

/** Whether the kernel says that the process is stopped. */
export async function isStopped(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'T';
}

/** SIGSTOP; resolves when the kernel has done it, false when the process is gone. */
export async function stop(pid: number): Promise<boolean> {
  for (process.kill(pid, 'SIGSTOP'); ; ) {
    if (await isStopped(pid)) return true;
    if (!isAlive(pid)) return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

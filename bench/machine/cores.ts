import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Who runs on which core; undefined: wherever the system puts it. */
export interface Cores {
  server: number | undefined;
  load: number | undefined;
  redis: number | undefined;
  text: string;
}

const UNPINNED = { server: undefined, load: undefined, redis: undefined };

/** The server has one core to itself; the load generator another, which Redis shares when there is no third. */
export function assignCores(available: readonly number[]): Cores {
  const [server, load, third] = available;
  if (server === undefined || load === undefined)
    return { ...UNPINNED, text: 'nothing is pinned: there is one core only, so the parts disturb each other' };
  const redis = third ?? load;
  return { server, load, redis, text: `pinned: server to core ${server}, load to ${load}, Redis to ${redis}` };
}

/** `0,2-4` → 0 2 3 4 */
export function readCoreList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .flatMap((part) => {
      const [from = Number.NaN, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    });
}

export async function findCores(): Promise<Cores> {
  try {
    const { stdout } = await execute('taskset', ['-cp', String(process.pid)]);
    return assignCores(readCoreList(stdout.slice(stdout.lastIndexOf(':') + 1)));
  } catch {
    return { ...UNPINNED, text: 'nothing is pinned: there is no taskset here, so the parts disturb each other' };
  }
}

/** Moves a running process with all its threads. */
export async function pin(pid: number, core: number | undefined): Promise<void> {
  if (core !== undefined) await execute('taskset', ['-acp', String(core), String(pid)]);
}

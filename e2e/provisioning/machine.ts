import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { z } from 'zod';

const REPOSITORY = new URL('../..', import.meta.url).pathname;

// With a process namespace of its own: whatever is left running in it ends with it.
const NAMESPACES = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];

export interface Bare {
  /** An empty folder of the caller's. */
  folder: string;
  user: 'root' | 'nobody';
  /** `none`: the package lists of the system were never fetched, as in a container image. */
  lists?: 'keep' | 'none';
  /** A shell script, run in the repository. */
  script: string;
  /** A file to read from, which the user himself may not be able to open. */
  input?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
}

/** Runs a shell script in the repository on a copy of this machine that has no Redis. */
export async function onBareMachine({ folder, user, lists = 'keep', script, input, env = {}, timeoutMs }: Bare) {
  const machine = ['e2e/provisioning/bare-machine.sh', folder, user, lists, 'sh', '-c', script];
  const stdin = openSync(input ?? '/dev/null', 'r');
  const child = spawn('unshare', [...NAMESPACES, ...machine], {
    cwd: REPOSITORY,
    env: { ...environmentOfStranger(), ...env },
    stdio: [stdin, 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  closeSync(stdin);
  const told = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    told.stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    told.stderr += chunk;
  });
  const [code] = z
    .tuple([z.number().nullable()])
    .rest(z.unknown())
    .parse(await once(child, 'close'));
  return { code, lines: told.stdout.trim().split('\n'), stderr: told.stderr };
}

/** Ours, without what npm tells the programs it starts about its own user: his cache, for one. */
function environmentOfStranger(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|INIT_CWD$)/.test(name)));
}

/** A line of JSON that a script prints at its end; when there is none, what it complained about is the failure. */
export function parseLine<T>(schema: z.ZodType<T>, line: string | undefined, complaint: string): T {
  if (!line?.startsWith('{')) throw new Error(`the script printed no result:\n${complaint}`);
  return schema.parse(JSON.parse(line));
}

/** What keeps this machine from being copied; shown beside the tests it makes skip. */
export function whyNoBareMachine(): string | undefined {
  if (spawnSync('apt-get', ['--version']).error || spawnSync('dpkg-deb', ['--version']).error) {
    return 'there is no apt and dpkg';
  }
  if (spawnSync('unshare', [...NAMESPACES, 'true']).status !== 0) {
    return 'only root, and not in every container, can copy the machine';
  }
  return undefined;
}

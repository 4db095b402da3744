import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@signalbox/sdk/errors';
import { z } from 'zod';
import type { Tally } from './tally.ts';

/** Scripts of a package.json that check and change nothing on purpose. */
const NAMES = ['lint', 'typecheck', 'type-check', 'check', 'test'];
const LIMIT_MS = 30_000;
/** What a script printed at its end is read within this. */
const LAST_WORDS_MS = 1_000;
const OUTPUT_KEPT = 2_000;

export const checks = z.array(
  z.object({
    script: z.string(),
    outcome: z.enum(['passed', 'failed', 'out of time', 'not run']),
    exitCode: z.int().nullable(),
    seconds: z.number(),
    /** The end of what it printed. */
    output: z.string(),
  }),
);
export type Checks = z.infer<typeof checks>;

const manifest = z.looseObject({ scripts: z.record(z.string(), z.string()).optional() });

/** The check scripts of the package in this folder; none without a package.json that can be read. */
export async function checkScriptsOf(folder: string): Promise<string[]> {
  const content = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  try {
    const { scripts = {} } = manifest.parse(JSON.parse(content));
    return NAMES.filter((name) => Object.hasOwn(scripts, name));
  } catch {
    return [];
  }
}

export const notRun = (script: string, why: string): Checks[number] => ({
  script,
  outcome: 'not run',
  exitCode: null,
  seconds: 0,
  output: why,
});

/**
 * Runs one script of a copy of the repository, in a process group of its own that ends with it, at the limit and when
 * it is stopped. What left that group may keep the output open for ever, so nobody waits for the end of it.
 */
export async function runCheck(
  folder: string,
  script: string,
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<Checks[number]> {
  const began = performance.now();
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of this hub or this user goes along; a script of Signalbox's own installs nothing.
    env: { PATH: process.env.PATH, HOME: folder, CI: '1', NO_UPDATE_NOTIFIER: '1', SIGNALBOX_NO_INSTALL: '1' },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const cut = new AbortController();
  // Both at once: this process may itself end in the same moment.
  const end = (): void => {
    killGroup(child.pid);
    cut.abort();
  };
  const limit = setTimeout(end, limitMs);
  signal.addEventListener('abort', end, { once: true });
  const result = (outcome: Checks[number]['outcome']): Checks[number] => {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    return { script, outcome, exitCode: child.exitCode, seconds, output: output.trim() };
  };
  try {
    await once(child, 'exit', { signal: cut.signal });
    clearTimeout(limit);
    const done = result(child.exitCode === 0 ? 'passed' : 'failed');
    await Promise.race([closed, sleep(LAST_WORDS_MS, undefined, { signal: cut.signal })]);
    return { ...done, output: output.trim() };
  } catch (error) {
    signal.throwIfAborted();
    return cut.signal.aborted ? result('out of time') : notRun(script, messageOf(error));
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', end);
    killGroup(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

export const checksTally: Tally<Checks[number], Checks> = {
  schema: checks,
  start: () => [],
  add: (state, result) => void state.push(result),
};

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tally } from './tally.ts';

/** Scripts of a package.json that check and change nothing on purpose. */
const NAMES = ['lint', 'typecheck', 'type-check', 'check', 'test'];
const LIMIT_MS = 30_000;
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

/** Runs one script of a copy of the repository, in a process group of its own that ends at the limit. */
export function runCheck(folder: string, script: string, signal: AbortSignal): Promise<Checks[number]> {
  return new Promise((resolve, reject) => {
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
    let outOfTime = false;
    const end = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group is gone already.
      }
    };
    const timer = setTimeout(() => {
      outOfTime = true;
      end();
    }, LIMIT_MS);
    signal.addEventListener('abort', end, { once: true });
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    child.on('error', (error) => {
      settled();
      resolve(notRun(script, error.message));
    });
    child.on('close', (exitCode) => {
      settled();
      if (signal.aborted) return reject(signal.reason);
      const outcome = outOfTime ? 'out of time' : exitCode === 0 ? 'passed' : 'failed';
      resolve({
        script,
        outcome,
        exitCode,
        seconds: Math.round((performance.now() - began) / 100) / 10,
        output: output.trim(),
      });
    });
  });
}

export const checksTally: Tally<Checks[number], Checks> = {
  schema: checks,
  start: () => [],
  add: (state, result) => void state.push(result),
};

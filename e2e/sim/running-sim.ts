import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestHub } from '../support/hub.ts';

const CLI = fileURLToPath(new URL('../../cli/bin/signalbox.js', import.meta.url));

/** `signalbox sim …` as a person types it, with the hub of the test found by its hub.json. */
export function startSim(hub: TestHub, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { SIGNALBOX_URL: _url, SIGNALBOX_TOKEN: _token, SIGNALBOX_PROJECT: _project, ...env } = process.env;
  const child = spawn(process.execPath, [CLI, 'sim', ...args], {
    env: { ...env, XDG_STATE_HOME: hub.stateDir, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let looks: (() => void)[] = [];
  let errors = '';
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    for (const look of looks) look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  return {
    lines,
    process: child,
    ended,
    errors: () => errors,
    /** Resolves when a line that matches was printed. */
    printed: (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => void (lines.some((line) => pattern.test(line)) && resolve());
        looks = [...looks, look];
        look();
        void ended.then((code) => reject(new Error(`the simulation ended with ${code}: ${errors}`)));
      }),
    /** Whatever happened, nothing is left running. */
    async [Symbol.asyncDispose](): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

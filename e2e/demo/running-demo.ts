import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestHub } from '../support/hub.ts';
import { Watcher } from '../support/watcher.ts';

const CLI = fileURLToPath(new URL('../../cli/bin/signalbox.js', import.meta.url));

/** `signalbox demo …` as a person types it, with the hub of the test found by its hub.json. */
export function spawnDemo(hub: TestHub, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { SIGNALBOX_URL: _url, SIGNALBOX_TOKEN: _token, SIGNALBOX_PROJECT: _project, ...env } = process.env;
  return spawn(process.execPath, [CLI, 'demo', ...args], {
    env: { ...env, XDG_STATE_HOME: hub.stateDir, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The same, followed from its first task on. */
export async function startDemo(hub: TestHub, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawnDemo(hub, args, more);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  const project = await new Promise<string>((resolve, reject) => {
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      const found = lines.map((line) => /^Project {2}(\S+)$/.exec(line)?.[1]).find((id) => id !== undefined);
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`the demo ended with ${code}: ${errors}`)));
  });
  const watcher = new Watcher(hub, project);
  return {
    project,
    lines,
    watcher,
    process: child,
    ended,
    errors: () => errors,
    /** Whatever happened, nothing is left running. */
    async [Symbol.asyncDispose](): Promise<void> {
      watcher.close();
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

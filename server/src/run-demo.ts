import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli/bin/signalbox.js', import.meta.url));

/** `--demo`: runs `signalbox demo` against this hub and prints what it prints. Returns a function that ends it. */
export function runDemo(url: string, ownerToken: string, env: NodeJS.ProcessEnv): () => Promise<void> {
  const child = spawn(process.execPath, [CLI, 'demo'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // A Ctrl-C of the terminal reaches it through us, once, so that it can end its agents and say so.
    detached: true,
    env: { ...env, SIGNALBOX_URL: url, SIGNALBOX_TOKEN: ownerToken },
  });
  const ended = once(child, 'exit');
  return async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await ended;
  };
}

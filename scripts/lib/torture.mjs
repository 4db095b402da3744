import { buildAll, buildTorture } from './build-steps.mjs';
import { providePackages } from './packages.mjs';
import { phase } from './phases.mjs';
import { endChildrenOnSignal, run } from './process.mjs';
import { provideRedis } from './redis.mjs';
import { inRoot, ROOT } from './workspace.mjs';

/** `npm run torture`: provides what is missing, builds, and runs it. Resolves with the exit code. */
export async function torture(args, env) {
  endChildrenOnSignal();
  // Standard output is for the outcome alone.
  const out = process.stderr;
  await phase('Packages', providePackages, out);
  await phase('Redis', (say) => provideRedis(env, say), out);
  await phase('Build', buildAll, out);
  await phase('Torture', buildTorture, out);
  const program = inRoot('torture/dist/main.js');
  // A history of a million commands is checked in memory.
  return (await run(process.execPath, ['--max-old-space-size=12288', program, ...args], { cwd: ROOT, env, show: true }))
    .code;
}

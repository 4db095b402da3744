import { buildAll, buildBench } from './build-steps.mjs';
import { providePackages } from './packages.mjs';
import { phase } from './phases.mjs';
import { endChildrenOnSignal, run } from './process.mjs';
import { provideRedis } from './redis.mjs';
import { inRoot, ROOT } from './workspace.mjs';

/** `npm run bench`: provides what is missing, builds, and measures. Resolves with the exit code. */
export async function bench(args, env) {
  endChildrenOnSignal();
  // Standard output is for the figures alone.
  const out = process.stderr;
  await phase('Packages', providePackages, out);
  // The bench brings its own Redis, whatever the person's hub uses.
  delete env.SIGNALBOX_REDIS_URL;
  await phase('Redis', (say) => provideRedis(env, say), out);
  await phase('Build', buildAll, out);
  await phase('Bench', buildBench, out);
  return (await run(process.execPath, [inRoot('bench/dist/main.js'), ...args], { cwd: ROOT, env, show: true })).code;
}

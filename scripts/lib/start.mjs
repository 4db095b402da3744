import { pathToFileURL } from 'node:url';
import { buildAll } from './build-steps.mjs';
import { providePackages } from './packages.mjs';
import { phase } from './phases.mjs';
import { endChildrenOnSignal } from './process.mjs';
import { provideRedis } from './redis.mjs';
import { inRoot } from './workspace.mjs';

/** `npm start`: provides what is missing and becomes the hub. Resolves with its exit code. */
export async function start(argv, env) {
  const handOver = endChildrenOnSignal();
  await phase('Packages', providePackages);
  if (!argv.some((arg) => /^--(redis-url|help)\b/.test(arg))) await phase('Redis', (say) => provideRedis(env, say));
  await phase('Build', buildAll);
  const { main } = await import(pathToFileURL(inRoot('server/dist/main.js')).href);
  handOver(); // from here on the hub itself ends what it started
  return await main(argv, env);
}

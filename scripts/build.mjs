import { requireNode } from './lib/node-version.mjs';

requireNode();

const { buildAll } = await import('./lib/build-steps.mjs');
const { providePackages } = await import('./lib/packages.mjs');
const { phase } = await import('./lib/phases.mjs');
const { endChildrenOnSignal } = await import('./lib/process.mjs');
const { runScript } = await import('./lib/stop.mjs');

await runScript(async () => {
  endChildrenOnSignal();
  await phase('Packages', providePackages);
  await phase('Build', buildAll);
  return 0;
});

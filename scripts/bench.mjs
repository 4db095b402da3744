import { requireNode } from './lib/node-version.mjs';

requireNode();

const { bench } = await import('./lib/bench.mjs');
const { runScript } = await import('./lib/stop.mjs');
await runScript(() => bench(process.argv.slice(2), { ...process.env }));

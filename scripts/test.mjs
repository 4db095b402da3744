import { requireNode } from './lib/node-version.mjs';

requireNode();

const { test } = await import('./lib/test-run.mjs');
const { runScript } = await import('./lib/stop.mjs');
await runScript(() => test(process.argv.slice(2), { ...process.env }));

import { requireNode } from './lib/node-version.mjs';

requireNode();

const { start } = await import('./lib/start.mjs');
const { runScript } = await import('./lib/stop.mjs');
await runScript(() => start(process.argv.slice(2), { ...process.env }));

import { requireNode } from './lib/node-version.mjs';

requireNode();

const { torture } = await import('./lib/torture.mjs');
const { runScript } = await import('./lib/stop.mjs');
await runScript(() => torture(process.argv.slice(2), { ...process.env }));

import { requireNode } from './lib/node-version.mjs';

requireNode();

const { takeScreenshots } = await import('./lib/screenshots.mjs');
const { runScript } = await import('./lib/stop.mjs');
await runScript(() => takeScreenshots({ ...process.env }));

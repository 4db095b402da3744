import { requireNode } from './lib/node-version.mjs';

requireNode();

const { check } = await import('./lib/check-run.mjs');
const { runScript } = await import('./lib/stop.mjs');
await runScript(check);

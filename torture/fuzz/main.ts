import { parseArgs } from 'node:util';
import { type Corpus, runCorpus } from '../corpora/run.ts';
import { fuzz } from './run.ts';

const USAGE = `Sends a hub that runs what it should never be sent, and says what it made of it.

SIGNALBOX_TOKEN=… node torture/dist/fuzz/main.js --url http://127.0.0.1:3334 [--frames 100000] [--requests 20000] [--seed 1]

The token is of an admin of the whole hub. Everything happens in simulated projects that are removed at the end.`;
const CORPORA: readonly Corpus[] = ['paths', 'text', 'senders', 'hosts'];

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    frames: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const { url } = values;
const token = process.env.SIGNALBOX_TOKEN;
if (url === undefined || token === undefined) {
  console.error(USAGE);
  process.exit(2);
}
const name = `fuzz-${process.pid}`;
const [frames, requests, seed] = [values.frames, values.requests, values.seed].map(Number);
const figures = await fuzz({
  url,
  token,
  project: name,
  frames: frames ?? 0,
  requests: requests ?? 0,
  seed: seed ?? 0,
});
const passed: Record<string, string[]> = {};
for (const corpus of CORPORA)
  passed[corpus] = (await runCorpus(corpus, { url, token, project: `${name}-${corpus}` })).passed;
console.log(JSON.stringify({ ...figures, passed }, undefined, 1));
const clean = figures.found === 0 && figures.sameNode && figures.witness.complaints.length === 0;
process.exit(clean && Object.values(passed).every((list) => list.length === 0) ? 0 : 1);

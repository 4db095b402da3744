import { existsSync, mkdirSync } from 'node:fs';
import { buildWhenStale } from './fingerprint.mjs';
import { packageInputs, packClient } from './pack.mjs';
import { run } from './process.mjs';
import { Stop } from './stop.mjs';
import { inRoot, ROOT } from './workspace.mjs';

/** What runs as compiled JavaScript, in the order of its imports. */
const COMPILED = ['shared', 'sdk', 'cli', 'server'];

/** Builds what is stale. Resolves with the line to print. */
export async function buildAll(say) {
  await compile(say);
  const built = [];
  if (await buildPage(say)) built.push('control room');
  if (await buildPackage(say)) built.push('signalbox.tgz');
  return built.length === 0 ? 'up to date' : `built: ${built.join(', ')}`;
}

/** What `npm run bench` runs, and nobody else. */
export async function buildBench() {
  await tsc(['bench']);
  return 'up to date';
}

/** What `npm run torture` runs. */
export async function buildTorture() {
  await tsc(['torture']);
  return 'up to date';
}

/** tsc itself compares its inputs with what it built last, in a fraction of a second. */
async function compile(say) {
  if (!COMPILED.every((part) => existsSync(inRoot(part, 'dist')))) say(`tsc: ${COMPILED.join(', ')}`);
  await tsc(COMPILED);
}

const tsc = (parts) => node('the compiler', ['node_modules/typescript/bin/tsc', '-b', ...parts]);

async function buildPage(say) {
  return await buildWhenStale({
    inputs: ['client', 'sdk/src', 'shared/src', 'package-lock.json', 'tsconfig.base.json'].map((path) => inRoot(path)),
    stamp: inRoot('client/dist/.built-from'),
    outputs: [inRoot('client/dist/index.html')],
    async build() {
      say('vite: the control room into client/dist');
      await node('vite', ['node_modules/vite/bin/vite.js', 'build', 'client', '--logLevel', 'warn']);
    },
  });
}

async function buildPackage(say) {
  const folder = inRoot('server/dist/dl');
  return await buildWhenStale({
    inputs: packageInputs(),
    stamp: `${folder}/.built-from`,
    outputs: [`${folder}/signalbox.tgz`],
    async build() {
      say('npm pack: signalbox.tgz into server/dist/dl');
      mkdirSync(folder, { recursive: true });
      await packClient(`${folder}/signalbox.tgz`);
    },
  });
}

async function node(name, args) {
  const { code, output } = await run(process.execPath, args, { cwd: ROOT });
  if (code !== 0) throw new Stop(`${output.trimEnd()}\n\n${name} found faults, they are listed above.`);
}

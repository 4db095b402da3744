import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { listFiles } from './fingerprint.mjs';
import { run } from './process.mjs';
import { Stop } from './stop.mjs';
import { inRoot, readJson } from './workspace.mjs';

/** The workspaces that make up the npm package `signalbox`. */
const PARTS = ['shared', 'sdk', 'cli'];
const OWN_SPECIFIER = /(['"])@signalbox\/(\w+)\/([^'"]+)\1/g;
const TYPESCRIPT_SPECIFIER = /(['"])(\.{1,2}\/[^'"]+)\.ts\1/g;

/** Everything the content of the package depends on. */
export function packageInputs() {
  return [
    ...PARTS.flatMap((part) => ['src', 'bin', 'package.json'].map((name) => inRoot(part, name))),
    inRoot('package.json'),
    inRoot('scripts/lib/pack.mjs'),
  ];
}

/** Packs the compiled parts as one npm package: the same sources give the same bytes. */
export async function packClient(target) {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-pack-'));
  try {
    const stage = join(folder, 'package');
    for (const file of PARTS.flatMap(compiledFiles)) stageFile(file, join(stage, file));
    for (const program of Object.values(manifest().bin ?? {})) chmodSync(join(stage, program), 0o755);
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
    const { code, output } = await run('npm', ['pack', stage, '--ignore-scripts', '--pack-destination', folder], {
      cwd: folder,
    });
    if (code !== 0) throw new Stop(`${output.trimEnd()}\n\n"npm pack" failed; the reason is above.`);
    copyFileSync(join(folder, `signalbox-${manifest().version}.tgz`), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is compiled from a source that still exists and isn't a test, and the executables; as paths from the root. */
function compiledFiles(part) {
  const sources = listFiles(inRoot(part, 'src')).filter(
    (file) => /\.ts$/.test(file) && !/\.(test|contract)\.ts$|\/testing\//.test(file),
  );
  const stems = sources.map((file) => relative(inRoot(part, 'src'), file).replace(/\.ts$/, ''));
  const compiled = stems.flatMap((stem) => [`${part}/dist/${stem}.js`, `${part}/dist/${stem}.d.ts`]);
  return [...compiled, ...listFiles(inRoot(part, 'bin')).map((file) => relative(inRoot(), file))];
}

function stageFile(file, target) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, withRelativeImports(readFileSync(inRoot(file), 'utf8'), file));
}

/** In the package the parts are folders, not packages: `@signalbox/shared/ids` becomes `../../shared/dist/ids.js`. */
export function withRelativeImports(text, file) {
  return text
    .replace(OWN_SPECIFIER, (_, quote, part, name) => `${quote}${toRelative(file, `${part}/dist/${name}.js`)}${quote}`)
    .replace(TYPESCRIPT_SPECIFIER, (_, quote, path) => `${quote}${path}.js${quote}`)
    .replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n');
}

function toRelative(from, to) {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function manifest() {
  const { version, description, license, engines } = readJson('package.json');
  const dependencies = Object.assign({}, ...PARTS.map((part) => readJson(part, 'package.json').dependencies));
  const external = Object.entries(dependencies).filter(([name]) => !name.startsWith('@signalbox/'));
  const bin = existsSync(inRoot('cli/bin')) ? readJson('cli', 'package.json').bin : undefined;
  return {
    name: 'signalbox',
    version,
    description,
    license,
    type: 'module',
    engines,
    bin: bin && Object.fromEntries(Object.entries(bin).map(([name, path]) => [name, join('cli', path)])),
    exports: {
      '.': { types: './sdk/dist/index.d.ts', default: './sdk/dist/index.js' },
      './feed': { types: './sdk/dist/feed.d.ts', default: './sdk/dist/feed.js' },
    },
    dependencies: Object.fromEntries(external.sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

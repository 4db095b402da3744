import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'server/dist/dl/signalbox.tgz');
const MINUTE = 60_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  execFileSync('npm', ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', BUILT]);
}, MINUTE);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const installed = (...path: string[]) => join(folder, 'node_modules', 'signalbox', ...path);

test('installed in an empty folder, it is the SDK', () => {
  const script = "import { AgentClient } from 'signalbox'; console.log(typeof AgentClient)";
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(printed.trim()).toBe('function');
});

test('its types are those of the SDK', () => {
  const consumer = join(folder, 'consumer.ts');
  // Were the types not found, AgentClient would be anything, and nothing wrong with this.
  writeFileSync(
    consumer,
    "import { AgentClient } from 'signalbox';\n// @ts-expect-error\nexport const wrong: number = AgentClient;\n",
  );
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--skipLibCheck',
    '--types',
    'node',
  ];
  const roots = ['--typeRoots', join(ROOT, 'node_modules/@types')];
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, ...roots, consumer]);
});

test('and the command line', () => {
  const print = (...args: string[]) => execFileSync('npx', ['signalbox', ...args], { cwd: folder, encoding: 'utf8' });
  expect(print('--help')).toContain('signalbox');
  expect(print('sim', '--help')).toContain('--seed');
});

test('it holds no tests, no source maps, and nothing that is only here', () => {
  const files = readdirSync(installed(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map((file) => file.name).filter((name) => /\.(test|contract)\.|\.map$/.test(name))).toEqual([]);
  for (const file of files) {
    expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toContain("from '@signalbox/");
  }
});

test('the same sources give the same bytes', () => {
  const pack = (name: string) => {
    const target = join(folder, name);
    const script = `import { packClient } from './scripts/lib/pack.mjs'; await packClient(${JSON.stringify(target)})`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
    return readFileSync(target);
  };
  expect(pack('one.tgz').equals(pack('two.tgz'))).toBe(true);
});

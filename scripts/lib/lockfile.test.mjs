import { expect, test } from 'vitest';
import { readJson } from './workspace.mjs';

/** Older versions of these have known holes; `npm audit` does not answer everywhere, this does. */
const FLOORS = {
  ws: '8.21.0',
  'engine.io': '6.6.9',
  'socket.io-parser': '4.2.6',
  'path-to-regexp': '8.4.0',
  tar: '7.5.8',
};

const { packages } = readJson('package-lock.json');
const external = Object.entries(packages).filter(
  ([path]) => path.includes('node_modules/') && !path.includes('@signalbox/'),
);
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

function isAtLeast(version, floor) {
  const [have, want] = [version, floor].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const at = have.findIndex((part, index) => part !== want[index]);
  return at < 0 || have[at] > want[at];
}

test.each(Object.entries(FLOORS))('%s is %s or newer wherever it is installed', (name, floor) => {
  const old = external.filter(([path, { version }]) => nameOf(path) === name && !isAtLeast(version, floor));
  expect(old.map(([path, { version }]) => `${path} ${version}`)).toEqual([]);
});

test('versions are compared as numbers', () => {
  expect(['8.3.9', '8.21.0', '8.100.0', '9.0.0'].map((version) => isAtLeast(version, '8.21.0'))).toEqual([
    false,
    true,
    true,
    true,
  ]);
});

test('no package needs an install script: they are installed without', () => {
  const optional = (entry) => entry.optional || entry.peer;
  expect(external.filter(([, entry]) => entry.hasInstallScript && !optional(entry)).map(([path]) => path)).toEqual([]);
});

test('every dependency is pinned exactly, and those of ours are of this version', () => {
  const manifests = ['.', ...readJson('package.json').workspaces].map((folder) => readJson(folder, 'package.json'));
  const loose = manifests.flatMap(({ name, dependencies = {}, devDependencies = {} }) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([dependency, version]) => `${name}: ${dependency}@${version}`),
  );
  expect(loose).toEqual([]);
});

test('the lock names no registry, so that everybody installs from his own', () => {
  expect(external.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

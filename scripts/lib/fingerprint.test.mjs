import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildWhenStale } from './fingerprint.mjs';

let folder;
let builds;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
  builds = 0;
  mkdirSync(join(folder, 'src/deep'), { recursive: true });
  writeFileSync(join(folder, 'src/deep/a.ts'), 'a');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function build() {
  const output = join(folder, 'out');
  return await buildWhenStale({
    inputs: [join(folder, 'src'), join(folder, 'absent')],
    stamp: join(folder, 'stamp'),
    outputs: [output],
    build: async () => {
      builds += 1;
      writeFileSync(output, 'built');
    },
  });
}

test('unchanged content is not built again, whatever its times say', async () => {
  expect(await build()).toBe(true);
  utimesSync(join(folder, 'src/deep/a.ts'), 1, 1);
  expect(await build()).toBe(false);
  expect(builds).toBe(1);
});

test.each([
  ['changed content', () => writeFileSync(join(folder, 'src/deep/a.ts'), 'b')],
  ['a new file', () => writeFileSync(join(folder, 'src/b.ts'), '')],
  ['a renamed file', () => renameSync(join(folder, 'src/deep/a.ts'), join(folder, 'src/deep/b.ts'))],
  ['a lost output', () => rmSync(join(folder, 'out'))],
])('%s is built', async (_, change) => {
  await build();
  change();
  expect(await build()).toBe(true);
});

test('what was built before is no source', async () => {
  await build();
  mkdirSync(join(folder, 'src/dist'));
  writeFileSync(join(folder, 'src/dist/a.js'), '');
  expect(await build()).toBe(false);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from './data-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a folder is one hub’s at a time, until it is released', async () => {
  const first = await lockDataDir(folder);
  expect(await lockDataDir(folder)).toEqual({ heldBy: process.pid });
  if ('release' in first) await first.release();
  expect(await lockDataDir(folder)).toHaveProperty('release');
});

test('of many that come at once exactly one gets it', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => lockDataDir(folder)));
  expect(all.filter((lock) => 'release' in lock)).toHaveLength(1);
});

test('a holder that died is no holder, and neither is another process under its number', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(join(folder, 'hub.lock'), `${child.pid} 1\n`);
  const lock = await lockDataDir(folder);
  expect(lock).toHaveProperty('release');
  await writeFile(join(folder, 'hub.lock'), `${process.pid} 1\n`);
  expect(await lockDataDir(folder)).toHaveProperty('release');
});

test.each(['', 'garbage', '-1 1'])('a lock file of %j holds nothing', async (text) => {
  await writeFile(join(folder, 'hub.lock'), text);
  expect(await lockDataDir(folder)).toHaveProperty('release');
});

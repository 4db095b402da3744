import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepHubFile, readHubFile, removeHubFile, writeHubFile } from './hub-files.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-files-'));
  path = join(folder, 'state', 'hub.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hub = (pid: number, url: string) => ({ url, dataDir: '/data', ownerTokenFile: '/data/owner-token', pid });
const OWN = hub(process.pid, 'http://127.0.0.1:1');
/** No process has it: above every limit of the system. */
const DEAD = 2 ** 30;

test('the file comes back when it is gone, or speaks of a hub that has ended', async () => {
  await keepHubFile(path, OWN);
  expect(await readHubFile(path)).toEqual(OWN);
  await writeHubFile(path, hub(DEAD, 'http://127.0.0.1:2'));
  await keepHubFile(path, OWN);
  expect(await readHubFile(path)).toEqual(OWN);
});

test('a hub that runs keeps its place, and nobody else removes it', async () => {
  const other = hub(process.ppid, 'http://127.0.0.1:3');
  await writeHubFile(path, other);
  await keepHubFile(path, OWN);
  await removeHubFile(path, process.pid);
  expect(await readHubFile(path)).toEqual(other);
});

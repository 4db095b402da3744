import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hubFileKeeper, readHubFile, removeHubFile, writeHubFile } from './hub-files.ts';

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

function keeper() {
  const said: string[] = [];
  return { keep: hubFileKeeper(path, OWN, (message) => said.push(message)), said };
}

test('the file comes back when it is gone, or speaks of a hub that has ended', async () => {
  const { keep, said } = keeper();
  await keep();
  expect(await readHubFile(path)).toEqual(OWN);
  await writeHubFile(path, hub(DEAD, 'http://127.0.0.1:2'));
  await keep();
  expect(await readHubFile(path)).toEqual(OWN);
  expect(said).toEqual([]);
});

test('a file that cannot be written is said once, tried again, and said anew when it happens again', async () => {
  const { keep, said } = keeper();
  const inTheWay = join(folder, 'state');
  await writeFile(inTheWay, 'a file, not a folder');
  await keep();
  await keep();
  expect(said).toEqual([expect.stringContaining(`${path} cannot be written (`)]);
  await rm(inTheWay);
  await keep();
  expect(await readHubFile(path)).toEqual(OWN);
  await rm(inTheWay, { recursive: true });
  await writeFile(inTheWay, 'a file again');
  await keep();
  expect(said).toHaveLength(2);
});

test('the last hub started wins; then a hub that runs keeps its place, and nobody else removes it', async () => {
  const other = hub(process.ppid, 'http://127.0.0.1:3');
  await writeHubFile(path, other);
  const { keep } = keeper();
  await keep();
  expect(await readHubFile(path)).toEqual(OWN);
  await writeHubFile(path, other);
  await keep();
  await removeHubFile(path, process.pid);
  expect(await readHubFile(path)).toEqual(other);
});

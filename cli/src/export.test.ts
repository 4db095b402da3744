import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from './main.ts';
import { terminal } from './testing/fake-hub.ts';

const LINES = '{"project":"acme"}\n{"end":true,"records":1}\n';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-export-'));
  file = join(folder, 'acme.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

/** A hub that answers the command; what becomes of the download is the test's. null: it stops in between. */
async function exportingHub(download: ((response: ServerResponse) => void) | null) {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return download?.(response);
    if (download === null) server.close();
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ ok: true, epoch: 1, seq: 2, url: '/file', records: 1 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    ...terminal({ SIGNALBOX_URL: url, SIGNALBOX_TOKEN: 'secret', SIGNALBOX_PROJECT: 'acme' }, folder),
    url,
    [Symbol.dispose](): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
const line = ['project', 'export'];

test('the file is there when all of it is, for its owner alone', async () => {
  using hub = await exportingHub((response) => response.end(LINES));
  expect(await main(line, hub.io), hub.err.join()).toBe(0);
  expect(await readFile(file, 'utf8')).toBe(LINES);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['acme.ndjson']);
  expect(hub.out).toEqual([`${file}: 1 records`]);
});

test('a file that is there is left alone, also one that came during the download', async () => {
  using hub = await exportingHub((response) => void writeFile(file, 'mine').then(() => response.end(LINES)));
  for (let tries = 0; tries < 2; tries++) expect(await main(line, hub.io)).toBe(1);
  const sentence = `${file} exists already; name another with --out.`;
  expect(hub.err).toEqual([sentence, sentence]);
  expect(await readFile(file, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['acme.ndjson']);
});

test('a hub that stops before the download is named, and nothing is left', async () => {
  using hub = await exportingHub(null);
  expect(await main(line, hub.io)).toBe(1);
  expect(hub.err).toEqual([expect.stringMatching(`^No hub answers at ${hub.url} `)]);
  expect(await readdir(folder)).toEqual([]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['is cut', (response) => void response.write(LINES.slice(0, 10), () => response.destroy())],
  ['ends without its last line', (response) => void response.end(LINES.slice(0, 19))],
])('of a download that %s nothing is left', async (_, download) => {
  using hub = await exportingHub(download);
  expect(await main(line, hub.io)).toBe(1);
  expect(hub.err).toEqual([expect.stringMatching(/^The download broke off/)]);
  expect(await readdir(folder)).toEqual([]);
});

test('Ctrl-C in the middle of the download leaves nothing', async () => {
  const others = process.listeners('SIGINT');
  using hub = await exportingHub((response) => {
    response.write(LINES.slice(0, 10));
    const [ours] = process.listeners('SIGINT').filter((listener) => !others.includes(listener));
    ours?.('SIGINT');
  });
  expect(await main(line, hub.io)).toBe(1);
  expect(hub.err).toEqual(['Stopped; nothing of the download is kept.']);
  expect(await readdir(folder)).toEqual([]);
  expect(process.listeners('SIGINT')).toEqual(others);
});

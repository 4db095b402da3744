import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPage, snippetsOf } from '../docs/snippets.ts';
import { startHub, type TestHub } from '../support/hub.ts';
import { ExternalRedis } from '../support/redis.ts';

const REDIS_ON_THE_PAGE = 'redis://127.0.0.1:6379';
const [secrets = '', start = '', forget = ''] = snippetsOf('docs/operations.md', readPage('docs/operations.md'))
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => code.trim());

let home: string;
let redis: ExternalRedis;
const hubs: TestHub[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sb-operator-'));
  redis = await ExternalRedis.start();
});
afterAll(async () => {
  for (const hub of hubs) await hub.close();
  await redis?.close();
  await rm(home, { recursive: true, force: true });
});

const ours = (text: string): string => text.replaceAll(REDIS_ON_THE_PAGE, redis.url).replaceAll('~', home);

/** Does what the page says, but for installing and building. */
async function startAsWritten(): Promise<TestHub> {
  expect(start).toMatch(/^npm start -- /);
  const args = ours(start).split(' ').slice(3);
  const token = (await readFile(join(home, 'signalbox-hub/owner-token'), 'utf8')).trim();
  // The harness has to know the token; the hub takes it from the file.
  const hub = await startHub({ args, ownerToken: token });
  hubs.push(hub);
  return hub;
}

test('two nodes, done as the page says', { timeout: 60_000 }, async () => {
  execFileSync('sh', ['-e', '-c', secrets], { env: { ...process.env, HOME: home } });
  for (const name of ['hub-key', 'owner-token'])
    expect((await stat(join(home, 'signalbox-hub', name))).mode & 0o777).toBe(0o600);
  const [one, two] = [await startAsWritten(), await startAsWritten()];
  expect(await one.call('acme', 'project.create', { id: 'acme' })).toMatchObject({ ok: true });
  await expect.poll(() => two.call('acme', 'project.get'), { timeout: 10_000 }).toMatchObject({ ok: true });
  const nodes = async ({ url, ownerToken }: TestHub): Promise<string> =>
    (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ownerToken}` } })).text();
  for (const hub of [one, two])
    await expect.poll(() => nodes(hub), { timeout: 10_000 }).toMatch(/^signalbox_nodes 2$/m);

  // The key is lost.
  await Promise.all([one.stop(), two.stop()]);
  await writeFile(join(home, 'signalbox-hub/hub-key'), 'a-new-key-because-the-old-one-is-lost-for-good');
  await expect(startAsWritten()).rejects.toThrow(/A lost hub key/);
  const [program, flag, url, ...command] = ours(forget).replaceAll("'", '').split(' ');
  expect([program, flag, url]).toEqual(['redis-cli', '-u', redis.url]);
  const client = redis.client();
  await client.connect();
  expect(await client.sendCommand(command)).toBe(1);
  await client.close();
  const again = await startAsWritten();
  expect(await again.call('acme', 'project.get')).toMatchObject({ ok: true });
});

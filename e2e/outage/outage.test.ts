import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { expect, test, vi } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';
import { ExternalRedis } from '../support/redis.ts';

const HUB = fileURLToPath(new URL('../../scripts/hub.mjs', import.meta.url));

const redisPid = async (hub: TestHub): Promise<number> =>
  Number(await readFile(join(hub.dataDir, 'redis.pid'), 'utf8'));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('closing the terminal stops everything, Redis too', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  hub.process.kill('SIGHUP');
  expect(await hub.ended).toEqual({ code: 0, signal: null });
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await hub.close();
});

test('a Redis that does not answer is not ready, though its connection stands', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  const ready = async (): Promise<number> => (await fetch(`${hub.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  process.kill(pid, 'SIGSTOP');
  expect(await ready()).toBe(503);
  process.kill(pid, 'SIGCONT');
  await expect.poll(ready).toBe(200);
  await hub.close();
});

test('a Redis that does not answer keeps nobody from stopping', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  await hub.call('acme', 'project.create', { id: 'acme' });
  process.kill(pid, 'SIGSTOP');
  const unanswered = hub.call('acme', 'task.create', { title: 'into the void' }).catch(() => ({}));
  const since = performance.now();
  hub.process.kill('SIGTERM');
  expect(await hub.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - since).toBeLessThan(8_000);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await unanswered;
  await hub.close();
});

test('a second Ctrl-C ends what hangs, and leaves no Redis behind', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  await hub.call('acme', 'project.create', { id: 'acme' });
  process.kill(pid, 'SIGSTOP');
  // It waits for this some seconds, and comes to Redis only then.
  void hub.call('acme', 'task.create', { title: 'into the void' }).catch(() => ({}));
  await vi.waitUntil(async () => (await fetch(`${hub.url}/readyz`)).status === 503, { timeout: 10_000 });
  const again = setInterval(() => hub.process.kill('SIGINT'), 200);
  expect(await hub.ended).toEqual({ code: 130, signal: null });
  clearInterval(again);
  process.kill(pid, 'SIGCONT');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
  await hub.close();
});

test('a second start without the token that the first was given says where it runs, at once', async () => {
  const hub = await startHub({ env: { SIGNALBOX_OWNER_TOKEN: 'sb_admin_of_the_container_0123456789abcdef' } });
  const env = {
    ...process.env,
    SIGNALBOX_DATA_DIR: hub.dataDir,
    XDG_STATE_HOME: hub.dataDir,
    SIGNALBOX_OWNER_TOKEN: '',
  };
  const second = await promisify(execFile)(process.execPath, [HUB], { env });
  expect(second.stdout).toContain(hub.url);
  expect(second.stdout).toContain('SIGNALBOX_OWNER_TOKEN');
  expect(second.stdout).not.toContain('Waiting');
  await hub.close();
});

/** A Redis that answers and does not write, for a minute; `busy` resolves when a hub asks it. */
async function lameRedis() {
  const redis = await ExternalRedis.start();
  const client = createClient({ url: redis.url });
  await client.connect();
  await client.sendCommand(['CLIENT', 'PAUSE', '60000', 'WRITE']);
  return {
    url: redis.url,
    async busy() {
      const clients = async () => /blocked_clients:([1-9]\d*)/.test(await client.info('clients'));
      await vi.waitUntil(clients, { timeout: 10_000, interval: 20 });
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await redis.close();
    },
  };
}

test('a Redis that does not write keeps a hub from starting, in a sentence', async () => {
  await using redis = await lameRedis();
  const start = startHub({ env: { SIGNALBOX_REDIS_URL: redis.url } });
  const said = await start.then(String, (error: Error) => error.message);
  expect(said).toContain('Redis answers, but does not do what it is asked');
  expect(said).not.toContain('    at ');
});

test('Ctrl-C ends a hub that is still loading', async () => {
  await using redis = await lameRedis();
  const folder = await mkdtemp(join(tmpdir(), 'sb-loading-'));
  const env = { ...process.env, SIGNALBOX_REDIS_URL: redis.url, SIGNALBOX_DATA_DIR: folder, XDG_STATE_HOME: folder };
  const hub = spawn(process.execPath, [HUB], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = text(hub.stdout);
  await redis.busy();
  hub.kill('SIGINT');
  expect(await once(hub, 'exit')).toEqual([0, null]);
  expect(await said).toBe('Stopping …\n');
  await rm(folder, { recursive: true });
});

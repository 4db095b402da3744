import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedRedis, startEmbeddedRedis } from '@signalbox/server/redis/embedded';
import { createClient } from 'redis';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';

const PROGRAM = fileURLToPath(new URL('hub-process.mjs', import.meta.url));
const OWNER_TOKEN = 'an owner token of this test, long enough';
const PROJECT = 'failpoint';

let folder: string;
let redis: EmbeddedRedis;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-failpoint-'));
  redis = await startEmbeddedRedis({
    dataDir: folder,
    server: process.env.SIGNALBOX_REDIS_SERVER ?? 'redis-server',
    lib: process.env.SIGNALBOX_REDIS_LIB,
  });
});
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = (): Promise<TestHub> =>
  startHub({ program: PROGRAM, env: { TEST_REDIS_SOCKET: redis.socketPath, SIGNALBOX_OWNER_TOKEN: OWNER_TOKEN } });

const heard = (socket: Socket, event: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(event, resolve));

async function connect(hub: TestHub): Promise<Socket> {
  const agent = { id: 'alice', role: 'speed_developer', instance: 'one process' };
  const socket = io(`${hub.url}/agent`, {
    auth: { token: OWNER_TOKEN, project: PROJECT, protocol: 1, agent },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  await heard(socket, 'welcome');
  return socket;
}

/** What stands in Redis, read by a client that shares no code with the hub. */
async function readRedis() {
  const client = createClient({ socket: { tls: false, path: redis.socketPath } });
  await client.connect();
  const records = await client.hGetAll(`sb:{${PROJECT}}:rec`);
  const entries = await client.xRange(`sb:{${PROJECT}}:log`, '-', '+');
  const seq = await client.hGet(`sb:{${PROJECT}}:meta`, 'seq');
  await client.close();
  const locks = Object.entries(records).flatMap(([key, text]) => (key.startsWith('lock:') ? [JSON.parse(text)] : []));
  const claims = (entries ?? [])
    .flatMap(({ message }) => JSON.parse(message.e ?? '{}').txs)
    .filter((tx) => tx.command === 'lock.claim');
  return { locks, claims, seq: Number(seq) };
}

test('a hub killed after Redis has answered and before the ack: the retry gets the first answer, executed once', async () => {
  const first = await start();
  expect(await first.call(PROJECT, 'project.create', { id: PROJECT })).toMatchObject({ ok: true });
  const before = await connect(first);
  const armed = once(first.process, 'message');
  first.process.send('arm');
  await armed;

  const claim = { paths: ['src/auth/'], requestId: '7d0b6f1e-failpoint' };
  const outcome = before
    .timeout(60_000)
    .emitWithAck('lock.claim', claim)
    .then(
      () => 'answered',
      () => 'no answer',
    );
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
  expect(await outcome).toBe('no answer');

  const stored = await readRedis();
  expect(stored.locks).toHaveLength(1);
  expect(stored.claims).toHaveLength(1);

  const second = await start();
  const after = await connect(second);
  const answer = await after.timeout(10_000).emitWithAck('lock.claim', claim);
  const [lock] = stored.locks;
  expect(answer).toMatchObject({ ok: true, granted: true, lockId: lock.id, fence: lock.fence, paths: ['src/auth/**'] });
  expect(await after.timeout(10_000).emitWithAck('lock.claim', { ...claim, paths: ['other'] })).toMatchObject({
    ok: false,
    error: { code: 'REQUEST_ID_REUSED' },
  });

  const now = await readRedis();
  expect(now.claims).toHaveLength(1);
  expect(now.locks.map(({ id, fence }) => [id, fence])).toEqual([[lock.id, lock.fence]]);
  after.disconnect();
  await second.close();
  await rm(first.dataDir, { recursive: true, force: true });
});

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';
import { ExternalRedis } from '../support/redis.ts';

const PROJECT = 'outage';
/** Nothing in it has a deadline, so that nothing is written unless somebody asks. */
const QUIET = 'quiet';
/** The promise is 10 s; what a busy machine adds is not the hub's. Still less than the doors wait before they give up. */
const SETTLES_WITHIN_MS = 18_000;
const AWAY: readonly string[] = ['STORAGE_UNAVAILABLE', 'TIMEOUT', 'OVERLOADED'];

interface Outage {
  begin(redis: ExternalRedis): Promise<unknown>;
  end(redis: ExternalRedis): Promise<unknown>;
}

type Client = ReturnType<ExternalRedis['client']>;

/** What an operator does to Redis, by a client that shares no code with the hub. */
async function on<T>(redis: ExternalRedis, act: (client: Client) => Promise<T>): Promise<T> {
  const client = redis.client();
  await client.connect();
  const result = await act(client);
  await client.close();
  return result;
}

const configure = (redis: ExternalRedis, name: string, value: string): Promise<unknown> =>
  on(redis, (client) => client.configSet(name, value));

/** A folder in the place of the file Redis saves to makes it fail as a full disk does. */
const inTheWay = (redis: ExternalRedis): Promise<string> =>
  on(redis, async (client) => join((await client.configGet('dir')).dir ?? '', 'dump.rdb', 'in the way'));

/** Resolves when Redis has tried to save, and how that went. */
const save = (redis: ExternalRedis, status: 'ok' | 'err'): Promise<void> =>
  on(redis, async (client) => {
    await client.bgSave();
    for (let info = ''; !info.includes('in_progress:0') || !info.includes(`rdb_last_bgsave_status:${status}`); )
      info = await client.info('persistence');
  });

const OUTAGES: Record<string, Outage> = {
  'does not answer': {
    begin: async (redis) => redis.signal('SIGSTOP'),
    end: async (redis) => redis.signal('SIGCONT'),
  },
  'was killed': { begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  'only reads, as after a failover': {
    begin: (redis) => on(redis, (client) => client.replicaOf('127.0.0.1', 1)),
    end: (redis) => on(redis, (client) => client.sendCommand(['REPLICAOF', 'NO', 'ONE'])),
  },
  'cannot save to its disk': {
    begin: async (redis) => {
      await mkdir(await inTheWay(redis), { recursive: true });
      await configure(redis, 'save', '3600 1');
      await save(redis, 'err');
    },
    end: async (redis) => {
      await rm(join(await inTheWay(redis), '..'), { recursive: true });
      await save(redis, 'ok');
    },
  },
  'is out of memory': {
    begin: (redis) => configure(redis, 'maxmemory', '1'),
    end: (redis) => configure(redis, 'maxmemory', '0'),
  },
};

interface Door {
  name: string;
  send(command: string, input: object): Promise<Record<string, unknown>>;
}

async function open(hub: TestHub): Promise<{ doors: Door[]; sockets: Socket[] }> {
  const connect = (namespace: string, auth: object): Socket =>
    io(`${hub.url}${namespace}`, {
      auth: { token: hub.ownerToken, ...auth },
      transports: ['websocket'],
      forceNew: true,
    });
  const agent = connect('/agent', {
    ...{ project: PROJECT, protocol: 1 },
    agent: { id: 'alice', role: 'coordinator', instance: 'one process', accepts: 'none' },
  });
  await new Promise((resolve) => agent.once('welcome', resolve));
  const control = connect('/control', {});
  expect(await control.emitWithAck('subscribe', { project: PROJECT })).toMatchObject({ ok: true });
  return {
    sockets: [agent, control],
    doors: [
      { name: 'agent', send: (command, input) => agent.timeout(20_000).emitWithAck(command, input) },
      { name: 'control', send: (command, input) => control.timeout(20_000).emitWithAck(command, input) },
      { name: 'http', send: (command, input) => hub.call(PROJECT, command, input) },
    ],
  };
}

const ready = async (hub: TestHub): Promise<number> => (await fetch(`${hub.url}/readyz`)).status;

describe.concurrent('a Redis that', () => {
  test.for(Object.entries(OUTAGES))(
    '%s: everything settles with a typed error, and afterwards all goes on',
    {
      timeout: 90_000,
    },
    async ([, { begin, end }], { expect }) => {
      const redis = await ExternalRedis.start();
      const hub = await startHub({ env: { SIGNALBOX_REDIS_URL: redis.url, SIGNALBOX_LOG_LEVEL: 'silent' } });
      for (const id of [PROJECT, QUIET]) await hub.call(id, 'project.create', { id });
      const { doors, sockets } = await open(hub);
      try {
        expect(await ready(hub)).toBe(200);
        let closed = 0;
        for (const socket of sockets) socket.once('disconnect', () => (closed += 1));

        await begin(redis);
        while ((await ready(hub)) === 200) await delay(50);
        const asked = doors.flatMap((door) => [
          { ...door, command: 'task.create', input: { title: `by ${door.name}`, requestId: `of ${door.name}` } },
          { ...door, command: 'lock.check', input: { paths: ['a'] } },
          { ...door, command: 'task.list', input: {} },
        ]);
        const quiet = hub.call(QUIET, 'task.create', { title: 'refused' });
        const settled = await Promise.all(
          asked.map(async ({ name, send, command, input }) => {
            const started = performance.now();
            const { ok, error } = (await send(command, input)) as {
              ok: boolean;
              error?: { code: string; retry?: object };
            };
            return { what: `${command} by ${name}`, ok, error, tookMs: performance.now() - started };
          }),
        );
        for (const { what, ok, error, tookMs } of settled) {
          expect([what, tookMs]).toEqual([what, expect.toSatisfy((ms: number) => ms < SETTLES_WITHIN_MS)]);
          if (what.startsWith('task.create')) expect([what, ok]).toEqual([what, false]);
          if (!ok)
            expect([what, AWAY.includes(error?.code ?? ''), error?.retry]).toEqual([what, true, expect.anything()]);
        }
        expect(await quiet).toMatchObject({ ok: false });
        expect([await ready(hub), closed]).toEqual([503, 0]);
        expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);

        await end(redis);
        while ((await ready(hub)) !== 200) await delay(50);
        for (const { name, send } of doors) {
          const input = { title: `by ${name}`, requestId: `of ${name}` };
          // A Redis that was started again is another epoch: the sockets come back first.
          for (let answer: Record<string, unknown> = {}; answer.ok !== true; )
            answer = await send('task.create', input).catch(() => ({}));
        }
        const { tasks } = await hub.call(PROJECT, 'task.list');
        expect((tasks as { title: string }[]).map(({ title }) => title).sort()).toEqual([
          'by agent',
          'by control',
          'by http',
        ]);
        const isWell = async (): Promise<boolean> =>
          !JSON.stringify(await hub.call(QUIET, 'health.get')).includes('HUB_STORE');
        while (!(await isWell())) await delay(50);
      } finally {
        for (const socket of sockets) socket.disconnect();
        await hub.close();
        await redis.close();
      }
    },
  );
});

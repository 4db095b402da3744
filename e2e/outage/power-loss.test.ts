import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'redis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Disk } from '../support/disk.ts';
import { startHub, type TestHub } from '../support/hub.ts';
import { RawAgent } from '../support/raw-agent.ts';

const PROJECT = 'power';
const AGENTS = 8;
/** What Redis promises of `everysec`: it may be one second late. */
const EVERYSEC_MS = 2_000;

const madeTask = z.object({ task: z.object({ id: z.string() }) });
const token = z.object({ token: z.string() });

const probe = await Disk.make();
await probe?.close();
/** A disk of one's own takes root. */
const powerTest = test.skipIf(probe === undefined);

let disk: Disk;
let hub: TestHub;
const agents: RawAgent[] = [];
/** Tasks whose making was acknowledged, with when (monotonic ms). */
const acked = new Map<string, number>();
const ackListeners = new Set<() => void>();
let newcomers = 0;

const start = (): Promise<TestHub> => startHub({ dataDir: join(disk.folder, 'data') });

beforeEach(async ({ skip }) => {
  const made = await Disk.make();
  if (made === undefined) return skip();
  disk = made;
  acked.clear();
  hub = await start();
  await hub.call(PROJECT, 'project.create', { id: PROJECT });
});
afterEach(async () => {
  hub.process.kill('SIGKILL');
  await hub.close();
  await disk.close();
});

/** Agents make tasks from now on; each one ends with its connection. */
function work(): void {
  for (let n = 0; n < AGENTS; n++) {
    const agent = new RawAgent(hub, PROJECT, `agent-${n}`);
    agents.push(agent);
    const makeTasks = async (): Promise<void> => {
      for (;;) {
        const answer = await agent.send('task.create', { title: agent.id, requires: ['nobody'] });
        acked.set(madeTask.parse(answer).task.id, performance.now());
        for (const look of ackListeners) look();
      }
    };
    makeTasks().catch(() => {});
  }
}

const more = (count: number): Promise<void> => {
  const goal = acked.size + count;
  return until(() => acked.size >= goal);
};
/** Looks with every answer. */
const until = (isSo: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!isSo()) return;
      ackListeners.delete(look);
      resolve();
    };
    ackListeners.add(look);
  });

const redisClient = () =>
  createClient({ socket: { path: join(hub.dataDir, 'redis.sock'), tls: false } }).on('error', () => {});

async function onRedis<T>(act: (client: ReturnType<typeof redisClient>) => Promise<T>): Promise<T> {
  const client = redisClient();
  await client.connect();
  const result = await act(client);
  client.destroy();
  return result;
}

/** Hub and Redis are gone, and what was not on the disk with them; then both start again. Tells when it happened. */
async function losePower(): Promise<number> {
  const redis = Number(await readFile(join(hub.dataDir, 'redis.pid'), 'utf8'));
  process.kill(hub.process.pid ?? 0, 'SIGKILL');
  process.kill(redis, 'SIGKILL');
  const at = performance.now();
  for (const agent of agents.splice(0)) agent.close();
  await hub.ended;
  await gone(redis);
  await disk.losePower();
  hub = await start();
  return at;
}

/** A process that is not our own child; one that nobody has waited for yet has let go of its files as well. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (stat === '' || /^\d+ \(.*\) Z/.test(stat)) return;
  }
}

/** What a newcomer is told an acknowledged write is worth. */
async function durability(): Promise<unknown> {
  const { durability } = await hub.call(PROJECT, 'agent.register', { id: `asks-${++newcomers}`, role: 'coder' });
  return durability;
}

/** What was acknowledged and is not there any more: ids of tasks. */
async function lost(): Promise<string[]> {
  const kept = new Set(await onRedis((client) => client.hKeys(`sb:{${PROJECT}}:rec`)));
  return [...acked.keys()].filter((id) => !kept.has(`task:${id}`));
}

powerTest(
  'the power fails again and again: everything acknowledged was on the disk, and so were the secrets',
  {
    timeout: 60_000,
  },
  async () => {
    const { ownerToken } = hub;
    const viewer = token.parse(
      await hub.call('_hub', 'token.create', { role: 'viewer', name: 'Wall', project: PROJECT }),
    );
    for (let cut = 0; cut < 4; cut++) {
      work();
      await more(150 + 31 * cut);
      // Every other time while Redis writes its log anew.
      if (cut % 2 === 1) {
        await onRedis((client) => client.sendCommand(['BGREWRITEAOF']));
        await more(20);
      }
      await losePower();
      expect(await lost()).toEqual([]);
      expect(hub.ownerToken).toBe(ownerToken);
    }
    const authorization = `Bearer ${viewer.token}`;
    expect(await hub.call(PROJECT, 'task.list', {}, { authorization })).toMatchObject({ ok: true });
  },
);

powerTest(
  'a Redis that syncs once a second: the hub says so, and no more than its bound is lost',
  {
    timeout: 60_000,
  },
  async () => {
    await onRedis((client) => client.configSet('appendfsync', 'everysec'));
    await expect.poll(durability, { timeout: 20_000, interval: 250 }).toBe('everysec');
    const since = performance.now();
    work();
    await until(() => performance.now() > since + 2 * EVERYSEC_MS);
    const at = await losePower();
    const late = (await lost()).map((id) => at - (acked.get(id) ?? 0));
    console.log(
      `${acked.size} acknowledged, ${late.length} lost, the oldest ${Math.max(0, ...late).toFixed(0)} ms before`,
    );
    expect(Math.max(0, ...late)).toBeLessThan(EVERYSEC_MS);
    expect(acked.size - late.length).toBeGreaterThan(0);
  },
);

powerTest(
  'what was never synced is lost with the power: the tests above would notice',
  { timeout: 60_000 },
  async () => {
    await onRedis((client) => client.configSet('appendfsync', 'no'));
    work();
    await more(200);
    await losePower();
    expect((await lost()).length).toBeGreaterThan(0);
  },
);

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createFeed, type Feed } from '@signalbox/sdk/feed';
import type { Lock } from '@signalbox/sdk/lock';
import { HEARTBEAT_MIN_MS, LEASE_MIN_MS, lostAfterMs } from '@signalbox/shared/time';
import { ReplyThief } from '@signalbox/torture/cluster/reply-thief';
import { Wire } from '@signalbox/torture/cluster/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Fleet } from '../support/fleet.ts';
import { startHub, type TestHub } from '../support/hub.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { ExternalRedis } from '../support/redis.ts';

const PROJECT = 'faults';
const OWNER_TOKEN = 'the-owner-token-of-two-hubs-long-enough';

/** One owner who registers thousands is, now and then. Any other refusal is none to try again after. */
const toldToWait = z.object({
  error: z.object({ code: z.enum(['RATE_LIMITED', 'OVERLOADED']), retry: z.object({ afterMs: z.number() }) }),
});
const madeTask = z.object({ task: z.object({ id: z.string() }) });
const taskList = z.object({ tasks: z.array(z.object({ id: z.string() })) });
const lockList = z.object({ locks: z.array(z.object({ fence: z.string() })) });
const agentList = z.object({ agents: z.array(z.object({ id: z.string(), presence: z.string() })) });

let folder: string;
let redis: ExternalRedis;
let ends: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-faults-'));
  await writeFile(join(folder, 'key'), 'the-key-of-two-hubs-which-is-long-enough-for-both');
  redis = await ExternalRedis.start();
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

/** A hub process on the shared Redis, or on a wire to it. */
async function node(url = redis.url): Promise<TestHub> {
  const hub = await startHub({
    env: {
      SIGNALBOX_REDIS_URL: url,
      SIGNALBOX_HUB_KEY_FILE: join(folder, 'key'),
      SIGNALBOX_OWNER_TOKEN: OWNER_TOKEN,
    },
  });
  ends.push(() => hub.close());
  return hub;
}

async function twoNodes(first?: string): Promise<[TestHub, TestHub]> {
  const hubs: [TestHub, TestHub] = [await node(first), await node()];
  expect(await hubs[0].call(PROJECT, 'project.create', { id: PROJECT })).toMatchObject({ ok: true });
  return hubs;
}

const rawAgent = (hub: TestHub, id: string): RawAgent => {
  const agent = new RawAgent(hub, PROJECT, id);
  ends.push(() => agent.close());
  return agent;
};

const fleetOn = (hub: TestHub): Fleet => {
  const fleet = new Fleet(hub, PROJECT);
  ends.push(() => fleet.close());
  return fleet;
};

const feedOf = (hub: TestHub): Feed => {
  const feed = createFeed({ url: hub.url, token: hub.ownerToken, project: PROJECT });
  ends.push(() => feed.close());
  return feed;
};

/** Resolves when the feed shows what the hub has, as of a beat that passes. */
const level = (feed: Feed, epochAfter = 0): Promise<{ epoch: number; seq: number; digest: string }> =>
  new Promise((resolve) => {
    const off = feed.onBeat(({ epoch, seq, digest }) => {
      if (feed.status.state !== 'live' || feed.epoch !== epoch || feed.seq !== seq || epoch <= epochAfter) return;
      off();
      resolve({ epoch, seq, digest });
    });
  });

/** What stands in Redis, and what was ever written, read by a client that shares no code with the hub. */
async function stored() {
  const client = redis.client();
  await client.connect();
  const records = await client.hGetAll(`sb:{${PROJECT}}:rec`);
  const entries = (await client.xRange(`sb:{${PROJECT}}:log`, '-', '+')) ?? [];
  await client.close();
  const txs: { seq: number; command: string; causedBy?: string }[] = entries.flatMap(
    ({ message }) => JSON.parse(message.e ?? '{}').txs,
  );
  return {
    tasks: Object.keys(records).filter((key) => key.startsWith('task:')),
    agents: Object.entries(records).flatMap(([key, text]) =>
      key.startsWith('agent:') ? [z.object({ state: z.string() }).parse(JSON.parse(text))] : [],
    ),
    txs,
    epochs: [...new Set(entries.map(({ id }) => Number(id.split('-')[0])))],
  };
}

async function presences(hub: TestHub): Promise<Record<string, string>> {
  const { agents } = agentList.parse(await hub.call(PROJECT, 'agent.list'));
  return Object.fromEntries(agents.map(({ id, presence }) => [id, presence]));
}

const fenceParts = (fence: string): [number, number] => {
  const [epoch = 0, seq = 0] = fence.split('.').map(Number);
  return [epoch, seq];
};
const isNewer = (a: string, b: string): boolean => {
  const [[aEpoch, aSeq], [bEpoch, bSeq]] = [fenceParts(a), fenceParts(b)];
  return aEpoch !== bEpoch ? aEpoch > bEpoch : aSeq > bSeq;
};
const aborted = (lock: Lock): Promise<unknown> =>
  new Promise((resolve) => {
    if (lock.signal.aborted) resolve(lock.signal.reason);
    lock.signal.addEventListener('abort', () => resolve(lock.signal.reason), { once: true });
  });

test('answers of Redis lost after it executed: every command once, every client answered', {
  timeout: 120_000,
}, async () => {
  const LOST = 30;
  const wire = await Wire.to({ host: '127.0.0.1', port: redis.port });
  ends.push(() => wire.close());
  const thief = new ReplyThief(wire);
  const hubs = await twoNodes(`redis://127.0.0.1:${wire.port}`);
  const agents = Array.from({ length: 8 }, (_, n) => rawAgent(hubs[n % 2] ?? hubs[0], `agent-${n}`));
  const acked: string[] = [];
  let running = true;
  const work = agents.map(async (agent) => {
    while (running) {
      const answer = await agent.send('task.create', { title: agent.id, requires: ['nobody'] });
      expect(answer).toMatchObject({ ok: true });
      acked.push(madeTask.parse(answer).task.id);
    }
  });
  // One that stays silent is noticed after the hub's own patience, so most are resets.
  for (let n = 0; n < LOST; n++) await thief.steal(n % 15 === 7 ? 'silence' : 'reset');
  running = false;
  await Promise.all(work);
  const { tasks, txs } = await stored();
  const creates = txs.filter(({ command }) => command === 'task.create');
  console.log(
    `${acked.length} acknowledged, ${LOST} answers lost, slowest ${Math.max(...agents.map((agent) => agent.slowestMs)).toFixed(0)} ms`,
  );
  expect(new Set(acked).size).toBe(acked.length);
  expect(tasks.length).toBe(acked.length);
  expect(creates.length).toBe(acked.length);
  expect(new Set(creates.map(({ causedBy }) => causedBy)).size).toBe(creates.length);
  expect(txs.map(({ seq }) => seq)).toEqual(txs.map((_, index) => (txs[0]?.seq ?? 0) + index));
  expect(Math.max(...agents.map((agent) => agent.slowestMs))).toBeLessThan(10_000);
  expect(agents.filter(({ codes }) => 'never settled' in codes)).toEqual([]);
});

test('Redis restarted: a new epoch, everybody resyncs, locks stay and fences grow', { timeout: 120_000 }, async () => {
  const [one, two] = await twoNodes();
  const alice = await fleetOn(one).join('alice');
  const bob = await fleetOn(two).join('bob');
  const feeds = [feedOf(one), feedOf(two)];
  const [before] = await Promise.all(feeds.map((feed) => level(feed)));
  const held = await alice.claim(['src/']);
  await redis.kill();
  await redis.start();
  const [first, second] = await Promise.all(feeds.map((feed) => level(feed, before?.epoch)));
  expect(first?.epoch).toBe(second?.epoch);
  await expect(bob.claim(['src/a.ts'])).rejects.toMatchObject({ code: 'LOCK_HELD' });
  expect(held.signal.aborted).toBe(false);
  const waited = bob.claim(['src/a.ts'], { waitMs: 20_000 });
  await held.release();
  const next = await waited;
  expect(isNewer(next.fence, held.fence)).toBe(true);
  expect(fenceParts(next.fence)[0]).toBeGreaterThan(fenceParts(held.fence)[0]);
  expect(await presences(one)).toEqual({ alice: 'present', bob: 'present' });
});

test('Redis replaced by an older copy: what it lacks is told as lost, and no fence is given twice', {
  timeout: 120_000,
}, async () => {
  const [one, two] = await twoNodes();
  const alice = await fleetOn(one).join('alice');
  const bob = await fleetOn(two).join('bob');
  const kept = await alice.claim(['kept.md']);
  await redis.kill();
  const copy = await redis.copy();
  await redis.start();
  const feeds = [feedOf(one), feedOf(two)];
  const [before] = await Promise.all(feeds.map((feed) => level(feed)));

  // All of this the older copy does not know.
  const { task } = await bob.command('task.create', { title: 'after the copy', requires: ['nobody'] });
  const gone = await bob.claim(['gone.md']);
  const fences = [kept.fence, gone.fence];
  for (let n = 0; n < 20; n++) {
    const lock = await alice.claim([`other-${n}.md`]);
    fences.push(lock.fence);
    await lock.release();
  }
  await redis.kill();
  await redis.putBack(copy);
  await redis.start();

  const after = await Promise.all(feeds.map((feed) => level(feed, before?.epoch)));
  expect(after[0]?.epoch).toBe(after[1]?.epoch);
  expect(await aborted(gone)).toMatchObject({ code: 'LOCK_LOST', details: { reason: 'EPOCH' } });
  expect(kept.signal.aborted).toBe(false);
  for (const hub of [one, two])
    expect(await hub.call(PROJECT, 'task.get', { taskId: task.id })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  const again = await bob.claim(['gone.md']);
  const next = await alice.claim(['new.md']);
  for (const fence of fences) for (const { fence: newer } of [again, next]) expect(isNewer(newer, fence)).toBe(true);
  const { epochs } = await stored();
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
});

test('one of two hubs stopped past its connections, then let go: nobody lost, no lock lost, it catches up', {
  timeout: 120_000,
}, async () => {
  const wire = await Wire.to({ host: '127.0.0.1', port: redis.port });
  ends.push(() => wire.close());
  const [one, two] = await twoNodes(`redis://127.0.0.1:${wire.port}`);
  const alice = await fleetOn(one).join('alice');
  const bob = await fleetOn(two).join('bob');
  const lock = await alice.claim(['src/']);
  const [shown, other] = [feedOf(one), feedOf(two)];
  await Promise.all([level(shown), level(other)]);
  one.process.kill('SIGSTOP');
  wire.reset();
  // So many beats of the other hub, 2 s each, are longer than a hub may be silent before the others think it gone.
  let made = 0;
  for (let beats = 0; beats < 4; beats++) {
    await new Promise<void>((resolve) => {
      const off = other.onBeat(() => {
        off();
        resolve();
      });
    });
    for (let n = 0; n < 10; n++, made++) await bob.command('task.create', { title: `t${made}`, requires: ['nobody'] });
  }
  one.process.kill('SIGCONT');
  const { seq } = await level(other);
  expect(await one.call(PROJECT, 'task.list', { minSeq: seq })).toMatchObject({ ok: true });
  const seen = taskList.parse(await one.call(PROJECT, 'task.list'));
  expect(seen.tasks.length).toBe(made);
  // What the hub that goes on again writes of its agents may come between two beats.
  const digests = async () => new Set((await Promise.all([level(shown), level(other)])).map(({ digest }) => digest));
  await expect.poll(async () => (await digests()).size, { timeout: 60_000 }).toBe(1);
  await expect(bob.claim(['src/a.ts'])).rejects.toMatchObject({ code: 'LOCK_HELD' });
  expect(lock.signal.aborted).toBe(false);
  expect(await presences(two)).toEqual({ alice: 'present', bob: 'present' });
});

test('the only hub stopped for longer than leases and heartbeats last: nobody lost, no lease ended', {
  timeout: 120_000,
}, async () => {
  const hub = await node();
  await hub.call(PROJECT, 'project.create', { id: PROJECT });
  const alice = await fleetOn(hub).join('alice');
  const lock = await alice.claim(['src/'], { ttlMs: LEASE_MIN_MS });
  hub.process.kill('SIGSTOP');
  // The time itself is what is tested: heartbeats every 5 s make an agent lost after 15 s.
  await delay(lostAfterMs(HEARTBEAT_MIN_MS) + 1_000);
  hub.process.kill('SIGCONT');
  const feed = feedOf(hub);
  await level(feed);
  expect(await presences(hub)).toEqual({ alice: 'present' });
  const { locks } = lockList.parse(await hub.call(PROJECT, 'lock.list'));
  expect(locks.map(({ fence }) => fence)).toEqual([lock.fence]);
  expect((await stored()).txs.filter(({ command }) => ['lock.expire', 'agent.presence'].includes(command))).toEqual([]);
});

test('an order to a large fleet goes on where the hub that took it is killed', { timeout: 120_000 }, async () => {
  const FLEET = 2_500;
  const [one, two] = await twoNodes();
  let next = 0;
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const hub = n % 2 === 0 ? one : two;
      while (next < FLEET) {
        const profile = { id: `a${next++}`, role: 'speed_developer', accepts: 'pull', heartbeatEveryMs: 60_000 };
        for (;;) {
          const answer = await hub.call(PROJECT, 'agent.register', profile);
          if (answer.ok === true) break;
          await delay(toldToWait.parse(answer).error.retry.afterMs);
        }
      }
    }),
  );
  const inState = async (state: string): Promise<number> =>
    (await stored()).agents.filter((agent) => agent.state === state).length;
  expect((await one.call(PROJECT, 'directive.send', { to: 'all', action: 'pause' })).recipients).toHaveLength(FLEET);
  one.process.kill('SIGKILL');
  await expect.poll(() => inState('paused'), { timeout: 60_000, interval: 200 }).toBe(FLEET);
  expect(await two.call(PROJECT, 'directive.send', { to: 'all', action: 'resume' })).toMatchObject({ ok: true });
  await expect.poll(() => inState('idle'), { timeout: 60_000, interval: 200 }).toBe(FLEET);
});

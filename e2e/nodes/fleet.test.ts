import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentClient } from '@signalbox/sdk/agent-client';
import { createFeed, type Feed, type FeedStatus } from '@signalbox/sdk/feed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Balancer } from '../support/balancer.ts';
import { Fleet } from '../support/fleet.ts';
import { type HubOptions, startHub, type TestHub } from '../support/hub.ts';
import { ExternalRedis } from '../support/redis.ts';

const PROJECT = 'fleet';
const OWNER_TOKEN = 'the-owner-token-of-both-hubs-long-enough';
const SOON = { timeout: 40_000, interval: 20 };

const agentRecord = z.object({ id: z.string(), node: z.string(), presence: z.string(), connected: z.boolean() });
const agentList = z.object({ agents: z.array(agentRecord) });
const madeToken = z.object({ tokenId: z.string(), token: z.string() });

let folder: string;
let redis: ExternalRedis;
let one: TestHub;
let two: TestHub;
const ends: (() => unknown)[] = [];

const startNode = (env: NodeJS.ProcessEnv = {}, options: HubOptions = {}): Promise<TestHub> =>
  startHub({
    ...options,
    env: {
      SIGNALBOX_REDIS_URL: redis.url,
      SIGNALBOX_HUB_KEY_FILE: join(folder, 'key'),
      SIGNALBOX_OWNER_TOKEN: OWNER_TOKEN,
      // The proxy's name is not theirs.
      SIGNALBOX_BEHIND_TLS_PROXY: 'on',
      ...env,
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-fleet-'));
  await writeFile(join(folder, 'key'), 'the-key-of-both-hubs-which-is-long-enough-for-them');
  redis = await ExternalRedis.start();
  [one, two] = await Promise.all([startNode(), startNode()]);
  expect(await one.call(PROJECT, 'project.create', { id: PROJECT })).toMatchObject({ ok: true });
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await Promise.all([one?.close(), two?.close()]);
  await redis?.close();
  await rm(folder, { recursive: true, force: true });
});

function enter(hub: TestHub, id: string, options: Parameters<Fleet['join']>[1] = {}): Promise<AgentClient> {
  const fleet = new Fleet(hub, PROJECT);
  ends.push(() => fleet.close());
  return fleet.join(id, { accepts: 'none', ...options });
}

function feedOf(hub: TestHub, project = PROJECT): Feed {
  const feed = createFeed({ url: hub.url, token: OWNER_TOKEN, project });
  ends.push(() => feed.close());
  return feed;
}

/** Resolves when the listener was told something that passes. */
function heard<T>(listen: (hear: (value: T) => void) => () => void, is: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const off = listen((value) => {
      if (!is(value)) return;
      off();
      resolve(value);
    });
  });
}

const status = (feed: Feed, state: FeedStatus['state']): Promise<FeedStatus> =>
  feed.status.state === state
    ? Promise.resolve(feed.status)
    : heard(feed.onStatus.bind(feed), (now) => now.state === state);

async function agentOn(hub: TestHub, id: string): Promise<z.infer<typeof agentRecord>> {
  const { agents } = agentList.parse(await hub.call(PROJECT, 'agent.list'));
  const agent = agents.find((one) => one.id === id);
  if (agent === undefined) throw new Error(`${id} is not there`);
  return agent;
}

const nodeOf = async (hub: TestHub): Promise<string> => {
  const body: unknown = await (await fetch(`${hub.url}/healthz`)).json();
  return z.object({ node: z.string() }).parse(body).node;
};

/** Which of these agents were ever called lost, read by a client that shares no code with the hub. */
async function losses(...ids: string[]): Promise<string[]> {
  const client = redis.client();
  await client.connect();
  const entries = (await client.xRange(`sb:{${PROJECT}}:log`, '-', '+')) ?? [];
  await client.close();
  const put = z.looseObject({ kind: z.string(), id: z.string(), presence: z.string().optional() });
  const entry = z.object({ txs: z.array(z.object({ puts: z.array(put) })) });
  return entries
    .flatMap(({ message }) => entry.parse(JSON.parse(message.e ?? '{}')).txs)
    .flatMap(({ puts }) => puts.filter(({ kind, presence }) => kind === 'agent' && presence === 'lost'))
    .flatMap(({ id }) => (ids.includes(id) ? [id] : []));
}

describe('two nodes are one hub', () => {
  test('messages, grants, directives, tasks and answers reach agents of the other node', async () => {
    const alice = await enter(one, 'alice');
    const bob = await enter(two, 'bob', { accepts: 'push', capabilities: ['rust'] });

    const mail = new Promise((resolve) => bob.onMessage(({ body }) => resolve(body)));
    await alice.send({ to: 'bob', type: 'note', body: 'hello' });
    expect(await mail).toBe('hello');

    const held = await alice.claim(['src/']);
    const waited = bob.claim(['src/a.ts'], { waitMs: 20_000 });
    await expect
      .poll(() => one.call(PROJECT, 'lock.list'), SOON)
      .toMatchObject({ locks: [{ waiters: [{ agentId: 'bob' }] }] });
    await held.release();
    const granted = await waited;
    expect(granted.paths).toEqual(['src/a.ts']);
    await granted.release();

    const said = new Promise((resolve) =>
      alice.onDirective(async ({ directive, done }) => {
        await done('all well');
        resolve(directive.body);
      }),
    );
    const { directiveId } = await two.call(PROJECT, 'directive.send', {
      to: 'alice',
      action: 'say',
      body: 'good morning',
    });
    expect(await said).toBe('good morning');
    await expect
      .poll(() => two.call(PROJECT, 'directive.get', { directiveId }), SOON)
      .toMatchObject({ receipts: [{ state: 'done' }] });

    const worked = new Promise((resolve) => {
      bob.onTask((task) => {
        resolve(task.title);
        return 'did it';
      });
    });
    const { task } = await alice.command('task.create', { title: 'Add login', requires: ['rust'] });
    expect(await worked).toBe('Add login');
    await expect
      .poll(() => one.call(PROJECT, 'task.get', { taskId: task.id }), SOON)
      .toMatchObject({ task: { status: 'completed' } });

    const answer = bob.ask('Drop legacy tokens?', { options: ['Keep', 'Drop'] });
    await expect
      .poll(() => one.call(PROJECT, 'question.list', { state: 'open' }), SOON)
      .toMatchObject({ questions: [{ from: 'bob' }] });
    await one.call(PROJECT, 'question.answer', { questionId: 'Q-1', choice: 'Drop' });
    expect(await answer).toMatchObject({ choice: 'Drop', by: 'human:owner' });
  });

  test('an agent that connects to the other node ends its older connection', async () => {
    const older = await enter(one, 'carol');
    const superseded = heard(older.onState.bind(older), ({ state }) => state === 'superseded');
    const newer = await enter(two, 'carol', { takeover: true });
    await superseded;
    await expect(older.command('agent.list', {})).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await newer.command('agent.update', { capabilities: ['rust'] });
    expect(await agentOn(one, 'carol')).toMatchObject({ node: await nodeOf(two), connected: true });
  });

  test('control rooms on either node show the same, and how long ago every agent was heard', async () => {
    await enter(one, 'dave');
    await enter(two, 'erin');
    const feeds = [feedOf(one), feedOf(two)];
    await Promise.all(feeds.map((feed) => status(feed, 'live')));
    const ages = feeds.map((feed) =>
      heard(feed.onPresence.bind(feed), (agents) => {
        const known = new Map(agents.map(([id, ageMs]) => [id, ageMs]));
        return ['dave', 'erin'].every((id) => (known.get(id) ?? Number.POSITIVE_INFINITY) < 10_000);
      }),
    );
    await one.call(PROJECT, 'task.create', { title: 'x', requires: ['nobody'] });
    const digests = feeds.map(() => new Map<number, string>());
    const offs = feeds.map((feed, at) => feed.onBeat(({ seq, digest }) => digests[at]?.set(seq, digest)));
    const same = (): string[] =>
      [...(digests[0] ?? [])].flatMap(([seq, digest]) =>
        digests[1]?.has(seq) ? [`${digest} ${digests[1].get(seq)}`] : [],
      );
    await expect.poll(() => same().length, SOON).toBeGreaterThan(0);
    for (const pair of same()) expect(new Set(pair.split(' ')).size).toBe(1);
    await Promise.all(ages);
    for (const off of offs) off();
  });

  test('a token that one node makes opens the other, until any of them revokes it', async () => {
    const made = madeToken.parse(
      await one.call(PROJECT, 'token.create', { role: 'agent', project: PROJECT, agentId: 'frank' }),
    );
    const frank = await enter(two, 'frank', { token: made.token });
    const closed = heard(frank.onState.bind(frank), ({ state }) => state !== 'live');
    const since = performance.now();
    await one.call(PROJECT, 'token.revoke', { tokenId: made.tokenId });
    await closed;
    expect(performance.now() - since).toBeLessThan(2_000);
    const end = await heard(frank.onState.bind(frank), ({ state }) => state === 'closed');
    expect(end).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });

  test('what one node has just made is there on the other at once', async () => {
    const use = async (n: number): Promise<void> => {
      const [here, there] = n % 2 === 0 ? [one, two] : [two, one];
      const project = `at-once-${n}`;
      expect(await here.call(project, 'project.create', { id: project })).toMatchObject({ ok: true });
      const { token } = madeToken.parse(await here.call(project, 'token.create', { role: 'agent', project }));
      const agent = new Fleet(there, project);
      ends.push(() => agent.close());
      await agent.join('nora', { token, accepts: 'none' });
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => use(n)));
  });

  test('a link works once, whichever node is asked, and its session on both', async () => {
    const { url } = await one.call(PROJECT, 'token.link', { role: 'operator', name: 'Kim' });
    const body = JSON.stringify({ code: String(url).split('#k=')[1] });
    const headers = { 'content-type': 'application/json' };
    const asked = await Promise.all(
      [one, two].map((hub) => fetch(`${hub.url}/session`, { method: 'POST', headers, body })),
    );
    expect(asked.map(({ status: code }) => code).sort()).toEqual([200, 409]);
    const [, session] =
      asked
        .find(({ ok }) => ok)
        ?.headers.getSetCookie()[0]
        ?.match(/=([^;]+)/) ?? [];
    for (const hub of [one, two]) {
      const answer = await fetch(`${hub.url}/api/v1/projects/${PROJECT}/project.get`, {
        headers: { authorization: `Bearer ${session}` },
      });
      expect(answer.status).toBe(200);
    }
  });

  test('a project that one node creates and the other removes is gone everywhere', async () => {
    await one.call('sim', 'project.create', { id: 'sim', simulated: true });
    await expect.poll(() => two.call('sim', 'project.get'), SOON).toMatchObject({ ok: true });
    const feeds = [feedOf(one, 'sim'), feedOf(two, 'sim')];
    await Promise.all(feeds.map((feed) => status(feed, 'live')));
    const gina = new Fleet(one, 'sim');
    ends.push(() => gina.close());
    const agent = await gina.join('gina');
    const away = heard(agent.onState.bind(agent), ({ state }) => state !== 'live');
    expect(await two.call('sim', 'project.remove')).toMatchObject({ ok: true });
    for (const feed of feeds) expect(await status(feed, 'refused')).toMatchObject({ error: { code: 'NOT_FOUND' } });
    await away;
    for (const hub of [one, two])
      expect(await hub.call('sim', 'task.list')).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const client = redis.client();
    await client.connect();
    // Nothing but the mark that keeps a node which has not heard of it from writing it into being again.
    await expect.poll(() => client.keys('sb:{sim}*'), SOON).toEqual(['sb:{sim}:meta']);
    await expect
      .poll(async () => Object.keys(await client.hGetAll('sb:{sim}:meta')).sort(), SOON)
      .toEqual(['epoch', 'removed']);
    await client.close();
    await expect
      .poll(() => one.call('sim', 'project.create', { id: 'sim', simulated: true }), SOON)
      .toMatchObject({ ok: true });
    expect(await one.call('sim', 'agent.list')).toMatchObject({ agents: [] });
  });

  test('a hub with another key is refused, and says what to do', async () => {
    await writeFile(join(folder, 'other-key'), 'another-key-that-is-just-as-long-as-the-first-one');
    await expect(startNode({ SIGNALBOX_HUB_KEY_FILE: join(folder, 'other-key') })).rejects.toThrow(
      /made by a hub with another key.*SIGNALBOX_HUB_KEY_FILE/,
    );
  });
});

describe('a node that', () => {
  test('is killed: its agents come back on the other one and go on, and nobody is lost', async () => {
    const balancer = await Balancer.to(one.port, two.port);
    ends.push(() => balancer.close());
    const hank = await enter(one, 'hank', { url: balancer.url });
    // Knows no other way to the hub.
    await enter(one, 'ivan');
    const judy = await enter(two, 'judy');
    const [nodeOne, nodeTwo] = [await nodeOf(one), await nodeOf(two)];
    expect(await agentOn(two, 'hank')).toMatchObject({ node: nodeOne });
    const lock = await hank.claim(['src/']);
    const mail = new Promise((resolve) => hank.onMessage(({ body }) => resolve(body)));

    const away = heard(hank.onState.bind(hank), ({ state }) => state !== 'live');
    one.process.kill('SIGKILL');
    await away;
    const back =
      hank.state.state === 'live' ? Promise.resolve() : heard(hank.onState.bind(hank), ({ state }) => state === 'live');
    await judy.send({ to: 'hank', type: 'note', body: 'are you there?' });
    const created = hank.command(
      'task.create',
      { title: 'sent into the void', requires: ['nobody'] },
      { timeoutMs: 20_000 },
    );
    await back;
    await created;
    expect(await mail).toBe('are you there?');
    expect(await agentOn(two, 'hank')).toMatchObject({ node: nodeTwo, connected: true, presence: 'present' });
    expect(lock.signal.aborted).toBe(false);
    await expect(judy.claim(['src/a.ts'])).rejects.toMatchObject({ code: 'LOCK_HELD' });
    await lock.release();
    await expect.poll(() => agentOn(two, 'ivan'), SOON).toMatchObject({ connected: false, presence: 'present' });
    // His process is started anew, with the address of the other node: his id is free.
    await enter(two, 'ivan');
    expect(await agentOn(two, 'ivan')).toMatchObject({ node: nodeTwo, connected: true });

    // The node that comes in its place finds everybody as they are.
    one = await startNode();
    for (const id of ['hank', 'judy'])
      expect(await agentOn(one, id)).toMatchObject({ connected: true, presence: 'present' });
    expect(await losses('hank', 'ivan', 'judy')).toEqual([]);
  });

  test('is stopped for longer than the others wait: its agents are shown so, and as they are when it goes on', async () => {
    const kate = await enter(one, 'kate', { heartbeatEveryMs: 15_000 });
    await enter(two, 'leo');
    const lock = await kate.claim(['kate.ts'], { ttlMs: 60_000 });
    one.process.kill('SIGSTOP');
    await expect.poll(() => agentOn(two, 'kate'), SOON).toMatchObject({ connected: false, presence: 'present' });
    one.process.kill('SIGCONT');
    await expect.poll(() => agentOn(two, 'kate'), SOON).toMatchObject({ connected: true, presence: 'present' });
    expect(await agentOn(one, 'leo')).toMatchObject({ connected: true, presence: 'present' });
    await kate.command('agent.update', { capabilities: ['go'] });
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
    expect(await losses('kate', 'leo')).toEqual([]);
  });

  test('stops leaves its agents to the other one', async () => {
    const balancer = await Balancer.to(one.port, two.port);
    ends.push(() => balancer.close());
    const mary = await enter(one, 'mary', { url: balancer.url });
    const away = heard(mary.onState.bind(mary), ({ state }) => state !== 'live');
    const stopped = one.stop();
    await away;
    await heard(mary.onState.bind(mary), ({ state }) => state === 'live');
    expect(await agentOn(two, 'mary')).toMatchObject({ node: await nodeOf(two), connected: true, presence: 'present' });
    expect(await stopped).toBe(0);
    expect(await losses('mary')).toEqual([]);
  });
});

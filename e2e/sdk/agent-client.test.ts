import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentClient, type AgentOptions } from '@signalbox/sdk/agent-client';
import { createFeed, type FeedStatus } from '@signalbox/sdk/feed';
import type { Lock } from '@signalbox/sdk/lock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
let dataDir: string;
const clients: AgentClient[] = [];
let projects = 0;

beforeAll(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'sb-sdk-')), 'data');
  hub = await startHub({ dataDir });
});
afterAll(async () => {
  for (const client of clients) client.close();
  await hub?.close();
  await rm(join(dataDir, '..'), { recursive: true, force: true });
});

const newProject = (): string => `sdk-${++projects}`;

async function agent(project: string, id: string, options: Partial<AgentOptions> = {}): Promise<AgentClient> {
  const client = new AgentClient({
    id,
    role: 'speed_developer',
    url: hub.url,
    token: hub.ownerToken,
    project,
    ...options,
  });
  clients.push(client);
  await client.connect();
  return client;
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
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );

describe('AgentClient and the hub', () => {
  test('the first agent makes the project; a wrong token and a taken id are refused in words', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    expect(alice.state).toMatchObject({ state: 'live', welcome: { project, agentId: 'alice' } });
    await expect(agent(project, 'alice')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(agent(project, 'bob', { token: 'x'.repeat(40) })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const agents = await alice.command('agent.list', {});
    expect(agents.agents.map(({ id, state, pid }) => [id, state, pid])).toEqual([['alice', 'idle', process.pid]]);
  });

  test('takeover: the older one is superseded, loses its lock’s renewal, and stays away', async () => {
    const project = newProject();
    const older = await agent(project, 'alice');
    const lock = await older.claim(['a.md']);
    const gone = heard(older.onState.bind(older), ({ state }) => state === 'superseded');
    await agent(project, 'alice', { takeover: true });
    await gone;
    expect(lock.signal.reason).toMatchObject({ code: 'LOCK_LOST', details: { reason: 'SUPERSEDED' } });
    await expect(older.command('agent.list', {})).rejects.toMatchObject({ code: 'SUPERSEDED' });
  });

  test('locks: refused, waited for, handed on, taken away', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const bob = await agent(project, 'bob');
    const first = await alice.claim(['src/']);
    await expect(bob.claim(['src/a.ts'])).rejects.toMatchObject({
      code: 'LOCK_HELD',
      details: { conflicts: [{ holder: 'alice' }] },
    });
    const waited = bob.claim(['src/a.ts'], { waitMs: 20_000 });
    const again = await alice.claim(['src/b.ts']);
    expect(again.lockId).toBe(first.lockId);
    await first.release();
    await again.release();
    const second = await waited;
    expect(second.paths).toEqual(['src/a.ts']);
    await hub.call(project, 'lock.forceRelease', { lockId: second.lockId, reason: 'test' });
    await aborted(second.signal);
    expect(second.signal.reason).toMatchObject({ details: { reason: 'FORCED' } });
    await second.release();
  });

  test('tasks go from agent to agent with their checkpoint', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    let failedOnce = false;
    const done = new Promise<unknown>((resolve) => {
      alice.onTask(async (task, work) => {
        const last = await work.lastCheckpoint();
        if (!failedOnce) {
          failedOnce = true;
          await work.progress(40, { doing: 'half' });
          await work.checkpoint({ next: 3 }, 'three');
          throw new Error('out of luck');
        }
        resolve([task.title, task.description, work.attempt, last?.data]);
        return 'did it';
      });
    });
    alice.onError(() => undefined);
    const { task } = await alice.command('task.create', { title: 'Add login', description: 'with a cookie' });
    expect(await done).toEqual(['Add login', 'with a cookie', 2, { next: 3 }]);
    const feed = createFeed({ url: hub.url, token: hub.ownerToken, project });
    const record = await new Promise((resolve) => {
      const look = (records: readonly { kind: string; id: string }[]): void => {
        const found = records.find((one) => one.id === task.id && 'status' in one && one.status === 'completed');
        if (found !== undefined) resolve(found);
      };
      feed.onSnapshot(look);
      feed.onDiff(look);
    });
    feed.close();
    expect(record).toMatchObject({
      failures: 1,
      attempts: [{ outcome: 'failed' }, { outcome: 'completed', fromCheckpoint: true }],
    });
  });

  test('a cancelled task aborts its work', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const over = new Promise<unknown>((resolve) => {
      alice.onTask(async (task, work) => {
        await hub.call(project, 'task.cancel', { taskId: task.id, reason: 'not needed' });
        await aborted(work.signal);
        resolve(work.signal.reason);
      });
    });
    await alice.command('task.create', { title: 'x' });
    expect(await over).toMatchObject({ code: 'STALE_ATTEMPT', details: { reason: 'CANCELLED' } });
  });

  test('messages arrive in order, once', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const bob = await agent(project, 'bob');
    const bodies: (string | undefined)[] = [];
    const all = new Promise<void>((resolve) => {
      bob.onMessage(({ body }) => {
        bodies.push(body);
        if (bodies.length === 20) resolve();
      });
    });
    for (let n = 0; n < 20; n++) await alice.send({ to: 'bob', type: 'note', body: `${n}` });
    await all;
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
  });

  test('people are asked and obeyed', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const answer = alice.ask('Drop legacy tokens?', {
      options: ['Keep', 'Drop'],
      default: 'Keep',
      deadlineMs: 600_000,
    });
    const answered = (async () => {
      for (;;) {
        const { questions } = await alice.command('question.list', { state: 'open' });
        if (questions[0] !== undefined)
          return hub.call(project, 'question.answer', { questionId: questions[0].id, choice: 'Drop' });
      }
    })();
    expect(await answer).toMatchObject({ choice: 'Drop', by: 'human:owner' });
    await answered;
    expect(await alice.ask('Anybody?', { default: 'no', deadlineMs: 1_000 })).toMatchObject({ by: 'hub' });

    const handled = new Promise<void>((resolve) => {
      alice.onDirective(async ({ read, done }) => {
        await read();
        await done('all well');
        resolve();
      });
    });
    const paused = heard(alice.onPaused.bind(alice), (is: boolean) => is);
    const { directiveId } = await hub.call(project, 'directive.send', { to: 'alice', action: 'pause' });
    await paused;
    await handled;
    const { receipts } = await alice.command('directive.get', { directiveId: String(directiveId) });
    expect(receipts).toMatchObject([
      {
        state: 'done',
        note: 'all well',
        times: { queued: expect.any(Number), delivered: expect.any(Number), read: expect.any(Number) },
      },
    ]);
  });

  test('a lock that is handed over is renewed by its new holder, and the old one may not write any more', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const bob = await agent(project, 'bob');
    const handed = new Promise<[Lock, string]>((resolve) => bob.onLock((lock, from) => resolve([lock, from])));
    const own = await alice.claim(['src/'], { ttlMs: 6_000 });
    await own.transfer('bob');
    const [lock, from] = await handed;
    expect([from, lock.paths, lock.signal.aborted]).toEqual(['alice', ['src/**'], false]);
    expect(own.signal.reason).toMatchObject({ details: { reason: 'TRANSFERRED' } });
    await expect(alice.command('lock.check', { paths: ['src/a.ts'], fence: own.fence })).rejects.toMatchObject({
      code: 'STALE_FENCE',
    });
    const { paths } = await bob.command('lock.check', { paths: ['src/a.ts'], fence: lock.fence });
    expect(paths).toMatchObject([{ holder: 'bob', mine: true }]);
    await lock.release();
    await using again = await alice.claim(['src/']);
    expect(again.paths).toEqual(['src/**']);
  });

  test('a lock that is handed to whoever waits for it answers the claim, and can be handed on at once', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const bob = await agent(project, 'bob');
    const own = await alice.claim(['src/'], { ttlMs: 60_000 });
    // Without a handler she would give back what comes back to her.
    alice.onLock(() => undefined);
    const claimed = bob.claim(['src/a.ts'], { waitMs: 60_000 });
    await expect
      .poll(async () => (await alice.command('lock.list', {})).locks.map(({ waiters }) => waiters.length))
      .toEqual([1]);
    await own.transfer('bob');
    const lock = await claimed;
    expect(lock).toMatchObject({ lockId: own.lockId, paths: ['src/**'] });
    await lock.transfer('alice');
    expect((await alice.command('lock.list', {})).locks).toMatchObject([
      { id: own.lockId, holder: 'alice', waiters: [] },
    ]);
  });

  test('leave gives everything back at once', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const bob = await agent(project, 'bob');
    await alice.claim(['a.md']);
    await alice.leave('done');
    const lock: Lock = await bob.claim(['a.md']);
    expect(lock.paths).toEqual(['a.md']);
  });
});

describe('a restart of the hub', () => {
  test('the client and the feed come back by themselves; locks stand; a command sent meanwhile has one effect', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const lock = await alice.claim(['a.md'], { ttlMs: 60_000 });
    const feed = createFeed({ url: hub.url, token: hub.ownerToken, project });
    const live = (): Promise<FeedStatus> =>
      heard(feed.onStatus.bind(feed), ({ state }: FeedStatus) => state === 'live');
    // The first beat says which node it is.
    await Promise.all([live(), heard(feed.onBeat.bind(feed), () => true)]);
    const node = heard(feed.onNodeChange.bind(feed), () => true);
    const port = hub.port;
    const away = heard(alice.onState.bind(alice), ({ state }) => state === 'reconnecting');
    const states: string[] = [];
    feed.onStatus(({ state }) => states.push(state));
    await hub.stop();
    await away;
    const created = alice.command('task.create', { title: 'sent into the void' }, { timeoutMs: 20_000 });
    const back = heard(alice.onState.bind(alice), ({ state }) => state === 'live');
    const again = live();
    hub = await startHub({ dataDir, env: { SIGNALBOX_PORT: String(port) } });
    await back;
    await created;
    await again;
    await node;
    expect(states[0]).toBe('reconnecting');
    expect(states).toContain('resyncing');
    const { tasks } = await alice.command('task.list', {});
    expect(tasks.map(({ title }) => title)).toEqual(['sent into the void']);
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
    feed.close();
  });
});

describe('a death of Redis', () => {
  test('starts a new epoch; what the ledger kept is still held', async () => {
    const project = newProject();
    const alice = await agent(project, 'alice');
    const lock = await alice.claim(['a.md'], { ttlMs: 60_000 });
    const feed = createFeed({ url: hub.url, token: hub.ownerToken, project });
    await heard(feed.onStatus.bind(feed), ({ state }: FeedStatus) => state === 'live');
    const epoch = heard(feed.onEpochChange.bind(feed), () => true);
    const drained = heard(alice.onState.bind(alice), ({ state }) => state !== 'live');
    const pid = Number(await readFile(join(dataDir, 'redis.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await Promise.all([epoch, drained]);
    await alice.command('agent.update', { capabilities: ['later'] });
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
    feed.close();
  });
});

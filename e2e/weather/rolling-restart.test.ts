import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentClient } from '@signalbox/sdk/agent-client';
import { SignalboxError } from '@signalbox/sdk/index';
import { expect, test } from 'vitest';
import { Fleet } from '../support/fleet.ts';
import { startHub, type TestHub } from '../support/hub.ts';
import { ExternalRedis } from '../support/redis.ts';
import { Watcher } from '../support/watcher.ts';

const PROJECT = 'rolling';
const AGENTS = 6;
const OWNER_TOKEN = 'the-owner-token-of-all-nodes-long-enough';

/** An agent that works on, whatever happens to its hub; what it was told is done is remembered. */
class Steady {
  readonly client: AgentClient;
  readonly done: string[] = [];
  readonly states = new Set<string>();
  #stopped = false;
  #round = 0;

  constructor(client: AgentClient) {
    this.client = client;
    client.onState(({ state }) => this.states.add(state));
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      const title = `${this.client.id}/${++this.#round}`;
      await this.#create(title, randomUUID());
      this.done.push(title);
    }
  }

  /** A restart may take longer than one request has: its outcome is unknown then, and the same is sent again. */
  async #create(title: string, requestId: string): Promise<void> {
    try {
      await this.client.command('task.create', { title }, { requestId });
    } catch (error) {
      if (!(error instanceof SignalboxError) || error.code !== 'TIMEOUT') throw error;
      await this.#create(title, requestId);
    }
  }

  /** Resolves when so many more are done. */
  async further(count: number): Promise<void> {
    const goal = this.done.length + count;
    while (this.done.length < goal) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  stop(): void {
    this.#stopped = true;
  }
}

async function titles(hub: TestHub): Promise<string[]> {
  const found: string[] = [];
  for (let after: unknown, more = true; more; more = after !== undefined) {
    const answer = await hub.call(PROJECT, 'task.list', { limit: 1_000, ...(after !== undefined && { after }) });
    found.push(...(answer.tasks as { title: string }[]).map(({ title }) => title));
    after = answer.next;
  }
  return found.sort();
}

test.each([
  ['a hub', 1],
  ['two hubs on one Redis, one after the other,', 2],
])(
  '%s restarted under work: everybody comes back by itself and loses nothing',
  { timeout: 120_000 },
  async (_what, count) => {
    const folder = await mkdtemp(join(tmpdir(), 'sb-rolling-'));
    await writeFile(join(folder, 'key'), 'the-key-of-all-nodes-which-is-long-enough-for-them');
    const redis = await ExternalRedis.start();
    const start = (port = 0): Promise<TestHub> =>
      startHub({
        env: {
          SIGNALBOX_REDIS_URL: redis.url,
          SIGNALBOX_HUB_KEY_FILE: join(folder, 'key'),
          SIGNALBOX_OWNER_TOKEN: OWNER_TOKEN,
          SIGNALBOX_PORT: String(port),
        },
      });
    const hubs = await Promise.all(Array.from({ length: count }, () => start()));
    const ends: (() => unknown)[] = [];
    try {
      expect(await hubs[0]?.call(PROJECT, 'project.create', { id: PROJECT })).toMatchObject({ ok: true });
      const locks: unknown[] = [];
      const faults: string[] = [];
      const steady: Steady[] = [];
      const rooms: Watcher[] = [];
      for (const [node, hub] of hubs.entries()) {
        await expect.poll(() => hub.call(PROJECT, 'project.get')).toMatchObject({ ok: true });
        const fleet = new Fleet(hub, PROJECT);
        const room = new Watcher(hub, PROJECT);
        rooms.push(room);
        ends.push(
          () => fleet.close(),
          () => room.close(),
        );
        for (let at = 0; at < AGENTS / count; at++) {
          const client = await fleet.join(`agent-${node}-${at}`, { accepts: 'none' });
          client.onError((what, error) => faults.push(`${client.id}, ${what}: ${error}`));
          const { lockId, fence } = await client.claim([`own/${client.id}/`]);
          locks.push({ id: lockId, fence, holder: client.id });
          steady.push(new Steady(client));
        }
      }
      const work = Promise.all(steady.map((agent) => agent.run()));
      await Promise.all(steady.map((agent) => agent.further(5)));

      for (const [node, hub] of [...hubs.entries()]) {
        hub.process.kill('SIGTERM');
        expect(await hub.ended).toEqual({ code: 0, signal: null });
        await hub.close();
        hubs[node] = await start(hub.port);
        await Promise.all(steady.map((agent) => agent.further(5)));
      }
      for (const agent of steady) agent.stop();
      await work;

      const [hub] = hubs;
      if (hub === undefined) throw new Error('there is no hub');
      const done = steady.flatMap((agent) => agent.done).sort();
      console.log(`${done.length} tasks by ${AGENTS} agents over ${count} restarts`);
      expect(await titles(hub)).toEqual(done);
      expect(await hub.call(PROJECT, 'lock.list')).toMatchObject({
        locks: locks.map((lock) => expect.objectContaining(lock)),
      });
      expect(await hub.call(PROJECT, 'alarm.list')).toMatchObject({ alarms: [] });
      expect(faults).toEqual([]);
      for (const { states } of steady)
        expect([...states]).toEqual(expect.arrayContaining(['draining', 'reconnecting', 'live']));
      for (const room of rooms) {
        const { own, hub: theirs } = await room.digests();
        expect(own).toBe(theirs);
        expect(room.all('task').length).toBe(done.length);
      }
    } finally {
      for (const end of ends) end();
      await Promise.all(hubs.map((hub) => hub.close()));
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);

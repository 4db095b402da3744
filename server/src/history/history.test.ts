import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal } from '@signalbox/shared/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import { RedisStore } from '../ledger/redis-store.ts';
import { ledgerKeys } from '../redis/keys.ts';
import { redisLogSource } from '../redis/log-source.ts';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { historyContract } from './history.contract.ts';
import { History } from './history.ts';
import type { LogSource, StoredEntry } from './log-source.ts';
import { memoryLogSource } from './testing/memory-log-source.ts';

let testRedis: TestRedis;
beforeAll(async () => {
  testRedis = await startTestRedis();
});
afterAll(() => testRedis.close());

historyContract('memory', async () => {
  const ledger = new MemoryLedger();
  return {
    store: new MemoryStore(ledger, 'a'),
    source: memoryLogSource(ledger),
    restart: async () => ledger.restart(),
    close: async () => {},
  };
});

let projects = 0;
historyContract('Redis', async () => {
  const client = await testRedis.client();
  const project = `history-${++projects}`;
  return {
    store: new RedisStore(client, ledgerKeys(project), 'a'),
    source: redisLogSource(client, project),
    restart: () => testRedis.kill(),
    close: async () => client.disconnect(),
  };
});

/** A log of so many entries, the oldest of which says something. */
const quietLog = (entries: number, textOf: (seq: number) => string): LogSource & { read: number } => ({
  read: 0,
  async newestFirst(before, count) {
    const newest = before === undefined ? entries : Number(before.split('-')[1]) - 1;
    const found: StoredEntry[] = [];
    for (let seq = Math.min(newest, entries); seq > 0 && found.length < count; seq--)
      found.push({ id: `7-${seq}`, text: textOf(seq) });
    this.read += found.length;
    return found;
  },
});
const entry = (seq: number, puts: object[], reason?: string): string =>
  JSON.stringify({
    batchId: 'b',
    node: 'a',
    from: seq,
    to: seq,
    txs: [{ seq, clock: 1, at: 1, actor: 'hub', command: 'test', puts, removes: [], reason }],
  });

test('[HS5] a call looks at a bounded piece of the log, and `next` leads on through what says nothing', async () => {
  const ENTRIES = 25_000;
  const source = quietLog(ENTRIES, (seq) => entry(seq, seq === 1 ? [{ kind: 'project', id: 'first' }] : []));
  const history = new History(() => source);
  let calls = 0;
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const read = source.read;
    const answer = await history.list('acme', { ...(after !== undefined && { after }) });
    if (isRefusal(answer)) throw new Error(answer.refused.message);
    calls++;
    expect(source.read - read).toBeLessThanOrEqual(11_001);
    after = answer.next;
    expect(answer.events.map(({ changes }) => changes[0]?.id)).toEqual(after === undefined ? ['first'] : []);
  }
  expect(calls).toBe(3);
});

test('[HS5] entries of any size are read a little at a time, and an answer stays small', async () => {
  const name = 'x'.repeat(100_000);
  const source = quietLog(300, (seq) => entry(seq, [{ kind: 'project', id: `p${seq}`, name }]));
  const sizes: number[] = [];
  const watched: LogSource = {
    newestFirst: async (before, count) => {
      const found = await source.newestFirst(before, count);
      sizes.push(found.reduce((sum, { text }) => sum + text.length, 0));
      return found;
    },
  };
  const answer = await new History(() => watched).list('acme', { kind: 'project', limit: 1_000 });
  expect(JSON.stringify(answer).length).toBeLessThan(700_000);
  expect(answer).toMatchObject({ next: expect.stringMatching(/^7-\d+\.\d+$/) });
  // The first is asked for before anything is known of the sizes.
  expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(250_000);
  const sparse = await new History(() => watched).list('acme', { command: 'nothing' });
  expect(sparse).toMatchObject({ events: [], next: expect.any(String) });
});

test('[HS5] callers are served one after another; too many are sent away, a store that is away is told', async () => {
  let running = 0;
  let most = 0;
  let answerAll = (): void => {};
  const open = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  const source: LogSource = {
    newestFirst: async () => {
      most = Math.max(most, ++running);
      await open;
      running--;
      throw new Error('Connection is closed.');
    },
  };
  const history = new History(() => source);
  const asked = Array.from({ length: 40 }, () => history.list('acme', {}));
  const sentAway = await Promise.all(asked.slice(32));
  for (const answer of sentAway) expect(answer).toMatchObject({ refused: { code: 'OVERLOADED', retry: {} } });
  answerAll();
  for (const answer of await Promise.all(asked.slice(0, 32)))
    expect(answer).toMatchObject({ refused: { code: 'STORAGE_UNAVAILABLE' } });
  expect(most).toBe(1);
  expect(await history.list('acme', {})).toMatchObject({ refused: { code: 'STORAGE_UNAVAILABLE' } });
});

test('[HS5] between two callers it rests four times as long as the first one took', async () => {
  const times: number[] = [];
  const source: LogSource = {
    newestFirst: async () => {
      times.push(performance.now());
      await delay(20);
      times.push(performance.now());
      return [];
    },
  };
  const history = new History(() => source);
  await Promise.all([history.list('acme', {}), history.list('web', {})]);
  const [began = 0, ended = 0, next = 0] = times;
  // A quarter of a second at most; and a timer may be a millisecond early.
  expect(next - ended).toBeGreaterThanOrEqual(Math.min(4 * (ended - began), 250) - 2);
});

import type { Transaction } from '@signalbox/shared/transaction';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ledgerKeys } from '../redis/keys.ts';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { encodeTransaction } from './encode.ts';
import { RedisStore } from './redis-store.ts';
import { storeContract } from './store.contract.ts';
import { type Batch, type Era, StoreRefused } from './store.ts';
import { redisUnderTest } from './testing/under-test.ts';

let testRedis: TestRedis;
beforeAll(async () => {
  testRedis = await startTestRedis();
});
afterAll(() => testRedis.close());

let projects = 0;

storeContract('Redis', () => redisUnderTest(testRedis, `contract-${++projects}`));

const tx = (seq: number, clock: number, text = ''): Transaction => ({
  seq,
  clock,
  at: 1,
  actor: 'hub',
  command: 'test',
  puts: [{ kind: 'body', id: 'T-1', rev: seq, text }],
  removes: [],
});
const batchOf = (era: Era, one: Transaction): Batch => ({
  ...era,
  batchId: `batch ${one.seq}`,
  base: one.seq - 1,
  asksForTurn: false,
  txs: [one],
  encoded: [encodeTransaction(one)],
});

test('a turn longer than is ever given is none: the wall clock was set back', async () => {
  const client = await testRedis.client();
  const keys = ledgerKeys('clock set back');
  const store = new RedisStore(client, keys, 'a');
  const era = await store.adopt(0);
  await client.set(keys.turn, 'b', 'PX', 40);
  expect(await store.append(batchOf(era, tx(1, 1)))).toEqual({ kind: 'wait' });
  await client.set(keys.turn, 'b', 'PX', 3_600_000);
  expect(await store.append(batchOf(era, tx(1, 1)))).toEqual({ kind: 'ok' });
  await client.set(keys.turn, 'b');
  expect(await store.append(batchOf(era, tx(2, 1)))).toEqual({ kind: 'ok' });
  expect(await store.append({ ...batchOf(era, tx(2, 1)), batchId: 'other', asksForTurn: true })).toMatchObject({
    kind: 'conflict',
  });
  expect([await client.get(keys.turn), (await client.pttl(keys.turn)) > 0]).toEqual(['a', true]);
  client.disconnect();
});

describe('the log', () => {
  const KEEP = 20_000;
  const ENTRY = 1_000;

  /** Two nodes that write in turn, each entry so much later than the one before; which seqs are left? */
  async function filled(entries: number, everyMs: number, options: { bytes?: number; project: string }) {
    const client = await testRedis.client();
    const keys = ledgerKeys(options.project);
    const stores = ['a', 'b'].map((node) => new RedisStore(client, keys, node, { keepLogBytes: KEEP }));
    const [one] = stores;
    if (one === undefined) throw new Error('no store');
    const era = await one.adopt(0);
    const { seq, clock } = await one.load();
    for (let n = 1; n <= entries; n++)
      await stores[n % 2]?.append(batchOf(era, tx(seq + n, clock + n * everyMs, 'x'.repeat(options.bytes ?? ENTRY))));
    const ids = await client.xrange(keys.log, '-', '+');
    client.disconnect();
    return {
      left: ids.map(([id]) => Number(id.split('-')[1])),
      bytes: ids.reduce((sum, [, [, text = '']]) => sum + text.length, 0),
    };
  }

  test('keeps so many bytes, whichever node wrote them and however often the hub was started', async () => {
    for (const round of [1, 2, 3]) {
      const { left, bytes } = await filled(100, 60_000, { project: 'trimmed' });
      expect(left.at(-1)).toBe(round * 100);
      expect(bytes).toBeLessThanOrEqual(KEEP);
      expect(bytes).toBeGreaterThan(KEEP - 2 * ENTRY);
    }
  });

  test('keeps what may still be repeated, however many bytes that is', async () => {
    expect((await filled(100, 6_000, { project: 'window' })).left).toHaveLength(100);
    expect((await filled(1, 60_000, { project: 'window' })).left).toEqual(Array.from({ length: 92 }, (_, n) => n + 10));
  });

  test('gets smaller again by several entries at once', async () => {
    await filled(100, 1_000, { project: 'shrinks' });
    expect((await filled(1, 3_600_000, { project: 'shrinks' })).left).toHaveLength(101 - 16);
  });
});

test('a store that Redis refuses writes says that nothing was executed', async () => {
  const client = await testRedis.client();
  const store = new RedisStore(client, ledgerKeys('refused'), 'a');
  const era = await store.adopt(0);
  await client.config('SET', 'min-replicas-to-write', '1');
  await expect(store.append(batchOf(era, tx(1, 1)))).rejects.toBeInstanceOf(StoreRefused);
  await client.config('SET', 'min-replicas-to-write', '0');
  expect(await store.load()).toMatchObject({ seq: 0 });
  client.disconnect();
  await expect(store.load()).rejects.toBeInstanceOf(StoreRefused);
});

test('however large the records are, no reply is too large to come in time', async () => {
  const client = await testRedis.client();
  const store = new RedisStore(client, ledgerKeys('large'), 'a');
  const era = await store.adopt(0);
  const RECORDS = 60;
  const text = 'x'.repeat(600_000);
  for (let seq = 1; seq <= RECORDS; seq++) {
    const large = tx(seq, seq, text);
    await store.append(batchOf(era, { ...large, puts: large.puts.map((put) => ({ ...put, id: `T-${seq}` })) }));
  }
  const replies: number[] = [];
  for (const command of ['hscan', 'xrevrange', 'xrange'] as const) {
    const ask = client[command].bind(client) as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(client, command).mockImplementation((async (...args: unknown[]) => {
      const reply = await ask(...args);
      replies.push(JSON.stringify(reply).length);
      return reply;
    }) as never);
  }
  const loaded = await store.load();
  expect([loaded.records.length, loaded.recent.length, (await store.entriesAfter(era, 0))?.length]).toEqual([
    RECORDS,
    RECORDS,
    RECORDS,
  ]);
  expect(Math.max(...replies)).toBeLessThan(24_000_000);
  client.disconnect();
});

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ledgerKeys } from '../redis/keys.ts';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { RedisStore } from './redis-store.ts';
import { storeContract } from './store.contract.ts';
import { StoreRefused } from './store.ts';

let testRedis: TestRedis;
beforeAll(async () => {
  testRedis = await startTestRedis();
});
afterAll(() => testRedis.close());

let projects = 0;

storeContract('Redis', async () => {
  const client = await testRedis.client();
  const keys = ledgerKeys(`contract-${++projects}`);
  return {
    store: (node) => new RedisStore(client, keys, node),
    restart: () => testRedis.kill(),
    close: async () => client.disconnect(),
  };
});

test('a store that Redis refuses writes says that nothing was executed', async () => {
  const client = await testRedis.client();
  const store = new RedisStore(client, ledgerKeys('refused'), 'a');
  const era = await store.adopt(0);
  await client.config('SET', 'min-replicas-to-write', '1');
  const tx = { seq: 1, clock: 1, at: 1, actor: 'hub', command: 'test', puts: [], removes: [] };
  await expect(
    store.append({ ...era, batchId: 'b1', base: 0, txs: [tx], encoded: [JSON.stringify(tx)] }),
  ).rejects.toBeInstanceOf(StoreRefused);
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
    const puts = [{ kind: 'body' as const, id: `T-${seq}.checkpoint.${seq}`, rev: seq, text }];
    const tx = { seq, clock: seq, at: 1, actor: 'hub', command: 'test', puts, removes: [] };
    await store.append({ ...era, batchId: `b${seq}`, base: seq - 1, txs: [tx], encoded: [JSON.stringify(tx)] });
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

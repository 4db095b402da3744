import type { Redis } from 'ioredis';
import { ledgerKeys, tailChannel } from '../../redis/keys.ts';
import type { TestRedis } from '../../redis/test-redis.ts';
import { MemoryLedger, MemoryStore } from '../memory-store.ts';
import { RedisStore } from '../redis-store.ts';
import type { LedgerStore } from '../store.ts';
import { parseTail, type TailMessage } from '../tail.ts';

/** One ledger as several nodes see it, with the faults a store must survive. */
export interface StoreUnderTest {
  store(node: string, life?: number): LedgerStore;
  /** From now on the node hears what the others write. */
  listen(node: string, hear: (message: TailMessage) => void): Promise<void>;
  /** The process behind the store starts anew with all its data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function memoryUnderTest(ledger = new MemoryLedger()): Promise<StoreUnderTest> {
  return {
    store: (node, life) => new MemoryStore(ledger, node, life),
    listen: async (node, hear) => void ledger.tails.set(node, hear),
    restart: async () => ledger.restart(),
    close: async () => {},
  };
}

export async function redisUnderTest(testRedis: TestRedis, project: string): Promise<StoreUnderTest> {
  const client = await testRedis.client();
  const keys = ledgerKeys(project);
  const ears = new Map<string, Redis>();
  return {
    store: (node, life) =>
      new RedisStore(client, keys, node, {
        peers: () => [...ears.keys()].filter((ear) => ear !== node),
        ...(life !== undefined && { life }),
      }),
    async listen(node, hear) {
      const ear = await testRedis.client();
      ears.set(node, ear);
      ear.on('message', (_channel: string, text: string) => {
        const message = parseTail(text);
        if (message !== undefined) hear(message);
      });
      await ear.subscribe(tailChannel(node));
    },
    restart: () => testRedis.kill(),
    async close() {
      for (const one of [client, ...ears.values()]) one.disconnect();
    },
  };
}

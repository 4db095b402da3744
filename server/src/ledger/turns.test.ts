import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { TestNode } from './testing/test-node.ts';
import { memoryUnderTest, redisUnderTest, type StoreUnderTest } from './testing/under-test.ts';

let testRedis: TestRedis;
beforeAll(async () => {
  testRedis = await startTestRedis();
});
afterAll(() => testRedis.close());

const ONE_WAY_MS = 2.5;
/** Clients of a node, each with one command at a time. */
const CLIENTS = 8;
const SLOW_COMMANDS = 200;
/** Without the turn a slower node gets nothing done however many commands the others have. */
const GIVE_UP_AFTER = 100_000;
/**
 * At most so many commands of the others are done while one of the slower node waits: some 1,200 in memory on an idle
 * machine, fewer on a busy one, more on a faster one.
 */
const GO_BEFORE = 10_000;

const STORES: [string, number, () => Promise<StoreUnderTest>][] = [
  ['memory', 2, () => memoryUnderTest()],
  ['Redis', 2, () => redisUnderTest(testRedis, 'two nodes')],
  ['Redis', 3, () => redisUnderTest(testRedis, 'three nodes')],
];

test.each(STORES)('a node with a slower way to the store is not starved: %s, %i nodes', async (_, size, openStore) => {
  const under = await openStore();
  const open = (name: string, travel: () => Promise<unknown>): Promise<TestNode> =>
    TestNode.open(under, name, { weather: { fault: () => undefined, travel } });
  const slow = await open('slow', () => delay(ONE_WAY_MS));
  const fast: TestNode[] = [];
  for (let n = 1; n < size; n++) fast.push(await open(`fast ${n}`, () => turn()));
  const done = { slow: 0, fast: 0 };
  let wentBefore = 0;
  const client = async (node: TestNode, kind: 'slow' | 'fast'): Promise<void> => {
    while (done.slow < SLOW_COMMANDS && done.fast < GIVE_UP_AFTER) {
      const before = done.fast;
      expect(await node.count()).toMatchObject({ ok: true });
      done[kind]++;
      if (kind === 'slow') wentBefore = Math.max(wentBefore, done.fast - before);
    }
  };
  await Promise.all(
    [slow, ...fast].flatMap((node) =>
      Array.from({ length: CLIENTS }, () => client(node, node === slow ? 'slow' : 'fast')),
    ),
  );
  expect(done.slow).toBeGreaterThanOrEqual(SLOW_COMMANDS);
  expect(wentBefore).toBeLessThan(GO_BEFORE);
  expect(slow.ledger.contention.conflicts).toBeGreaterThan(0);
  expect(fast.some(({ ledger }) => ledger.contention.waits > 0)).toBe(true);
  await Promise.all([slow, ...fast].map((node) => node.ledger.catchUp()));
  const [state, ...others] = await Promise.all([slow, ...fast].map((node) => node.state()));
  for (const other of others) expect(other).toEqual(state);
  await Promise.all([slow, ...fast].map(({ ledger }) => ledger.close()));
  await under.close();
});

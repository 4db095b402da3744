import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SOON } from '../testing/soon.ts';
import { RedisBus } from './bus.ts';
import { startTestRedis, type TestRedis } from './test-redis.ts';
import { Wire } from './testing/wire.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = await server.client();
});
afterAll(() => server?.close());

const openBus = (socketPath = server.redis.socketPath): Promise<RedisBus> =>
  RedisBus.open({ redis, address: { socketPath } });
let channels = 0;
const newChannel = (): string => `test-${++channels}`;

/** Collects what is heard on a channel. */
async function ear(bus: RedisBus, channel: string): Promise<string[]> {
  const heard: string[] = [];
  await bus.subscribe(channel, (message) => heard.push(message));
  return heard;
}
const gapOf = (bus: RedisBus): Promise<void> => new Promise((resolve) => void bus.onGap(resolve));

test('what one says all hear who listen to the channel, in order, the speaker too', async () => {
  const [one, two] = [await openBus(), await openBus()];
  const channel = newChannel();
  const heard = [await ear(one, channel), await ear(two, channel)];
  const other = await ear(two, newChannel());
  for (const message of ['a', 'b', 'c']) one.publish(channel, message);
  await vi.waitUntil(() => heard.every(({ length }) => length === 3), SOON);
  expect([...heard, other]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], []]);
  for (const bus of [one, two]) bus.close();
});

test('says to whom nobody listens any more', async () => {
  const bus = await openBus();
  const [heard, unheard, left] = [newChannel(), newChannel(), newChannel()];
  await ear(bus, heard);
  const gone = await openBus();
  await ear(gone, left);
  expect(await bus.unheard([left])).toEqual([]);
  gone.close();
  await vi.waitUntil(async () => (await bus.unheard([left])).length === 1, SOON);
  expect(await bus.unheard([heard, unheard, left])).toEqual([unheard, left]);
  bus.close();
});

test('a connection that ends is a gap, after which everything is heard again', async () => {
  const wire = await Wire.to(server.redis.socketPath);
  const bus = await openBus(wire.socketPath);
  const channel = newChannel();
  const heard = await ear(bus, channel);
  const gap = gapOf(bus);
  wire.cut();
  await gap;
  bus.publish(channel, 'after');
  await vi.waitUntil(() => heard.length === 1, SOON);
  bus.close();
  await wire.close();
});

test('a connection that stands but leads nowhere is noticed by what does not come back', async () => {
  const wire = await Wire.to(server.redis.socketPath);
  const hand = { ms: 0 };
  const bus = await RedisBus.open({ redis, address: { socketPath: wire.socketPath }, monotonic: () => hand.ms });
  const channel = newChannel();
  const heard = await ear(bus, channel);
  wire.swallow();
  let gaps = 0;
  bus.onGap(() => gaps++);
  const say = async (message: string): Promise<void> => {
    bus.publish(channel, message);
    // Sent after it on the same connection: when this is answered, so was that.
    await redis.ping();
  };
  await say('swallowed');
  hand.ms += 2_900;
  await say('swallowed');
  expect([gaps, wire.made]).toEqual([0, 1]);
  hand.ms += 200;
  await say('swallowed');
  await vi.waitUntil(() => gaps === 1, SOON);
  await say('heard');
  await vi.waitUntil(() => heard.includes('heard'), SOON);
  expect(heard).toEqual(['heard']);
  bus.close();
  await wire.close();
});

test('a Redis that is away is nothing the speaker hears of', async () => {
  const away = await server.client();
  const bus = await RedisBus.open({ redis: away, address: { socketPath: server.redis.socketPath } });
  away.disconnect();
  expect(() => bus.publish(newChannel(), 'into the void')).not.toThrow();
  bus.close();
});

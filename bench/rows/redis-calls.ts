import { Load } from '../load/driver.ts';
import type { OperationName } from '../load/operations.ts';
import { startHub } from '../machine/hub.ts';
import { connectRedis } from '../machine/redis.ts';
import { callsBetween, clientCalls, commandStats, monitored, recordReads } from '../machine/redis-calls.ts';
import { connect, flood, watch } from './pairs.ts';
import type { Row } from './row.ts';

const AGENTS = 200;
const IN_FLIGHT = 2;
const CLAIMS = 30_000;
const GENTLE_PER_SECOND = 1_000;
const GENTLE_S = 2;

export const redisCalls: Row = {
  id: 'P10',
  about: 'what Redis is asked while the hub works',
  async run({ children, cores, folder }) {
    try {
      const hub = await startHub(children, { folder, cores });
      const load = new Load(children, cores);
      await watch(load, hub);
      await connect(load, hub, AGENTS);
      const redis = connectRedis(hub.redis.socketPath);
      const gently = (operation: OperationName) =>
        load.order({
          do: 'open',
          fleet: hub.name,
          operation,
          perSecond: GENTLE_PER_SECOND,
          seconds: GENTLE_S,
          pids: [],
        });
      const seen = await monitored(redis, async () => {
        for (const operation of ['claim', 'release', 'heartbeat'] as const) await gently(operation);
      });
      const before = await commandStats(redis);
      for (const operation of ['claim', 'release'] as const) await flood(load, hub, operation, CLAIMS, IN_FLIGHT);
      const calls = callsBetween(before, await commandStats(redis));
      redis.disconnect();
      return [
        {
          id: 'P10.reads',
          name: 'record reads from Redis in steady state',
          value: recordReads(seen).length,
          unit: 'reads',
          goal: { of: 'value', is: '≤', first: 0 },
          notes: [
            `seen by MONITOR among ${seen.length} calls, while ${3 * GENTLE_PER_SECOND * GENTLE_S} commands were run`,
          ],
        },
        {
          id: 'P10.calls',
          name: 'Redis calls per command at load, barriers included',
          value: clientCalls(calls, seen) / (2 * CLAIMS),
          unit: 'calls',
          goal: { of: 'value', is: '≤', first: 0.1 },
        },
      ];
    } finally {
      await children.endAll();
    }
  },
};

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Load } from '../load/driver.ts';
import { type Hub, launchHub, startHub } from '../machine/hub.ts';
import { startRedis } from '../machine/redis.ts';
import { compare } from '../report/stats.ts';
import { flood, serverMicros, watch } from './pairs.ts';
import type { Row, Stage } from './row.ts';

const AGENTS = 50;
const CLAIMS = 10_000;
const PUSHES = 1_000;
const PAIRS = 5;

export const secondNode: Row = {
  id: 'P12',
  about: 'what a second node costs the first, and a push to an agent of the other node',
  async run(stage) {
    const { children, cores, folder, say } = stage;
    try {
      const { hub, startOther } = await nodes(stage);
      const load = new Load(children, cores);
      await watch(load, hub);
      await connect(load, hub, hub.port, { fleet: hub.name, from: 0 });
      await connect(load, hub, hub.port, { fleet: 'here', from: AGENTS });
      const cost: { ours: number; reference: number }[] = [];
      const push: { ours: number; reference: number }[] = [];
      const p99 = async (to: string): Promise<number> => {
        const { latencyMs } = await load.order({ do: 'push', fleet: hub.name, to, total: PUSHES, pids: [] });
        return latencyMs?.p99 ?? Number.NaN;
      };
      for (let round = 0; round <= PAIRS; round++) {
        const alone = { cost: await costOf(load, hub), push: await p99('here') };
        const other = await startOther(join(folder, `other-${round}`));
        await connect(load, hub, other.port, { fleet: 'there', from: (round + 2) * AGENTS });
        const both = { cost: await costOf(load, hub), push: await p99('there') };
        await load.order({ do: 'leave', fleet: 'there' });
        await load.order({ do: 'close', fleet: 'there' });
        await children.end(other.child);
        say(`${alone.cost.toFixed(1)} µs a command alone, ${both.cost.toFixed(1)} µs with another node`);
        say(`push p99 ${alone.push.toFixed(2)} ms on one node, ${both.push.toFixed(2)} ms across`);
        // The first round only warms up.
        if (round === 0) continue;
        cost.push({ ours: both.cost, reference: alone.cost });
        push.push({ ours: both.push, reference: alone.push });
      }
      return [
        {
          id: 'P12.cpu',
          name: 'CPU per command with another node, against alone',
          ...compare(cost),
          unit: 'µs',
          goal: { of: 'ratio', is: '≤', first: 1.1 },
        },
        {
          id: 'P12.push',
          name: 'a message to an agent of the other node, p99, against the same node',
          ...compare(push),
          unit: 'ms',
          goal: { of: 'ratio', is: '≤', first: 1.3 },
          notes: ['from sending to arriving, one at a time; the nodes share a Redis that fsyncs every write'],
        },
      ];
    } finally {
      await children.endAll();
    }
  },
};

/** The first node with a project, and how to start another one beside it. */
async function nodes({ children, cores, folder }: Stage) {
  const port = await freePort();
  const redis = await startRedis(children, {
    folder: join(folder, 'shared'),
    durability: 'always',
    core: cores.redis,
    port,
  });
  const env = {
    SIGNALBOX_REDIS_URL: `redis://127.0.0.1:${port}`,
    SIGNALBOX_OWNER_TOKEN: randomBytes(32).toString('base64url'),
    SIGNALBOX_HUB_KEY_FILE: join(folder, 'hub-key'),
  };
  const hub = await startHub(children, { folder: join(folder, 'first'), cores, redis, env });
  // Beside the load: what it costs there is not the first node's.
  const beside = { ...cores, server: cores.load };
  const startOther = (of: string) => launchHub(children, { folder: of, cores: beside, env });
  return { hub, startOther };
}

const connect = (load: Load, hub: Hub, port: number, { fleet, from }: { fleet: string; from: number }) => {
  const { agentToken: token, project, upWith } = hub;
  return load.order({ do: 'connect', fleet, port, token, project, upWith, count: AGENTS, from, pids: [] });
};

/** Microseconds of the first node per claim and release. */
async function costOf(load: Load, hub: Hub): Promise<number> {
  const claimed = await flood(load, hub, 'claim', CLAIMS, 2);
  const released = await flood(load, hub, 'release', CLAIMS, 2);
  return (serverMicros(claimed) + serverMicros(released)) / 2;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

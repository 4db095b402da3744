import { Load } from '../load/driver.ts';
import type { Order } from '../load/orders.ts';
import { startHub } from '../machine/hub.ts';
import { quiet } from '../machine/quiet.ts';
import { connectRedis } from '../machine/redis.ts';
import { monitored } from '../machine/redis-calls.ts';
import { startReference } from '../machine/reference-server.ts';
import type { Side } from '../machine/side.ts';
import type { Figure } from '../report/figure.ts';
import { CONTROL_ROOMS, connect, watch } from './pairs.ts';
import type { Stage } from './row.ts';

export const FLEET = 10_000;
export const BEAT_EVERY_S = 15;
/** The hub does some things every few seconds, so it is watched for two rounds of beats. */
const HUB_WATCHED_S = 2 * BEAT_EVERY_S;

/** What a large fleet costs that does nothing but live. */
export async function fleetAtRest(stage: Stage): Promise<Figure[]> {
  const hub = await ofHub(stage);
  const reference = await ofReference(stage);
  return [
    {
      id: 'P3.core',
      name: `the hub's core, ${FLEET} agents beating every ${BEAT_EVERY_S} s`,
      value: hub.core,
      unit: '%',
      reference,
      goal: { of: 'value', is: '≤', first: 3 },
      notes: [
        `with ${CONTROL_ROOMS} control rooms that are told every agent's age every 2 s; the reference only answers the beats`,
      ],
    },
    {
      id: 'P3.redis',
      name: 'Redis calls meanwhile',
      value: hub.redisCalls,
      unit: 'calls/s',
      goal: { of: 'value', is: '≤', first: 1 },
    },
  ];
}

async function ofHub({ children, cores, folder, say }: Stage): Promise<{ core: number; redisCalls: number }> {
  try {
    const hub = await startHub(children, { folder: `${folder}/rest`, cores });
    const load = new Load(children, cores);
    await watch(load, hub);
    await connect(load, hub, FLEET);
    await quiet(hub.pid);
    say(`${FLEET} agents are there; watching them for ${HUB_WATCHED_S} s`);
    const redis = connectRedis(hub.redis.socketPath);
    let core = Number.NaN;
    const calls = await monitored(redis, async () => {
      core = await coreOf(load, hub, HUB_WATCHED_S);
    });
    redis.disconnect();
    return { core, redisCalls: calls.filter(({ source }) => source === 'client').length / HUB_WATCHED_S };
  } finally {
    await children.endAll();
  }
}

async function ofReference({ children, cores, folder }: Stage): Promise<number> {
  try {
    const side = await startReference(children, { folder: `${folder}/rest`, cores, durability: 'none' });
    const load = new Load(children, cores);
    await connect(load, side, FLEET);
    await quiet(side.pid);
    return await coreOf(load, side, BEAT_EVERY_S);
  } finally {
    await children.endAll();
  }
}

/** Percent of a core that the server takes while everybody beats. */
async function coreOf(load: Load, { name: fleet, pid }: Side, seconds: number): Promise<number> {
  const perSecond = FLEET / BEAT_EVERY_S;
  const order: Order = { do: 'open', fleet, operation: 'heartbeat', perSecond, seconds, pids: [pid] };
  const { cpuMs, elapsedMs } = await load.order(order);
  return (100 * (cpuMs[0] ?? Number.NaN)) / elapsedMs;
}

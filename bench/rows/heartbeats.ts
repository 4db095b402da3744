import { Load } from '../load/driver.ts';
import { startHub } from '../machine/hub.ts';
import { quiet } from '../machine/quiet.ts';
import { connectRedis } from '../machine/redis.ts';
import { monitored } from '../machine/redis-calls.ts';
import type { Figure } from '../report/figure.ts';
import { median } from '../report/stats.ts';
import {
  CONTROL_ROOMS,
  compared,
  connect,
  contest,
  flood,
  limitNotes,
  PAIRS,
  pairs,
  perSecond,
  serverMicros,
  watch,
} from './pairs.ts';
import type { Row, Stage } from './row.ts';

const BEATING = 1_000;
const BEATS = 60_000;
const FLEET = 10_000;
const BEAT_EVERY_S = 15;
const WATCHED_S = 2 * BEAT_EVERY_S;

export const heartbeats: Row = {
  id: 'P3',
  about: `heartbeats of ${BEATING} agents; ${FLEET} agents beating every ${BEAT_EVERY_S} s (takes a minute)`,
  run: async (stage) => [await throughput(stage), ...(await atRest(stage))],
};

const throughput = (stage: Stage): Promise<Figure> =>
  contest(stage, 'none', async (both) => {
    const { load, ours, reference } = both;
    for (const side of [ours, reference]) await connect(load, side, BEATING);
    const measured = await pairs(both, PAIRS, async (side) => {
      const beaten = await flood(load, side, 'heartbeat', BEATS, 1);
      stage.say(
        `${side.name}: ${Math.round(perSecond(beaten))} beats/s, server ${serverMicros(beaten).toFixed(1)} µs each`,
      );
      return beaten;
    });
    const cpu = (side: 'ours' | 'reference'): string =>
      median(measured.map((pair) => serverMicros(pair[side]))).toFixed(1);
    return compared(measured, perSecond, {
      id: 'P3',
      name: `heartbeats against a bare ack, ${BEATING} agents`,
      unit: 'beats/s',
      goal: { of: 'ratio', is: '≥', first: 0.9 },
      notes: [
        `server CPU per beat: ours ${cpu('ours')} µs, reference ${cpu('reference')} µs`,
        ...limitNotes(measured, stage.cores.redis === stage.cores.load),
      ],
    });
  });

/** What a large fleet costs that does nothing but live. */
async function atRest({ children, cores, folder, say }: Stage): Promise<Figure[]> {
  try {
    const hub = await startHub(children, { folder: `${folder}/rest`, cores });
    const load = new Load(children, cores);
    await watch(load, hub);
    await connect(load, hub, FLEET);
    await quiet(hub.pid);
    say(`${FLEET} agents are there; watching them for ${WATCHED_S} s`);
    const redis = connectRedis(hub.redis.socketPath);
    const { name: fleet, pid } = hub;
    const shares: number[] = [];
    const calls = await monitored(redis, async () => {
      for (let watched = 0; watched < WATCHED_S; watched += BEAT_EVERY_S) {
        const order = { do: 'open', fleet, operation: 'heartbeat', perSecond: FLEET / BEAT_EVERY_S } as const;
        const { cpuMs, elapsedMs } = await load.order({ ...order, seconds: BEAT_EVERY_S, pids: [pid] });
        shares.push((100 * (cpuMs[0] ?? 0)) / elapsedMs);
      }
    });
    redis.disconnect();
    return [
      {
        id: 'P3.core',
        name: `the hub's core, ${FLEET} agents beating every ${BEAT_EVERY_S} s`,
        value: median(shares),
        unit: '%',
        goal: { of: 'value', is: '≤', first: 3 },
        notes: [`with ${CONTROL_ROOMS} control rooms that are told every agent's age every 2 s`],
      },
      {
        id: 'P3.redis',
        name: 'Redis calls meanwhile',
        value: calls.filter(({ source }) => source === 'client').length / WATCHED_S,
        unit: 'calls/s',
        goal: { of: 'value', is: '≤', first: 1 },
      },
    ];
  } finally {
    await children.endAll();
  }
}

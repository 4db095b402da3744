import type { Figure } from '../report/figure.ts';
import { median } from '../report/stats.ts';
import { BEAT_EVERY_S, FLEET, fleetAtRest } from './fleet-at-rest.ts';
import { compared, connect, contest, flood, limitNotes, PAIRS, pairs, perSecond, serverMicros } from './pairs.ts';
import type { Row, Stage } from './row.ts';

const BEATING = 1_000;
const BEATS = 60_000;

export const heartbeats: Row = {
  id: 'P3',
  about: `heartbeats of ${BEATING} agents; ${FLEET} agents beating every ${BEAT_EVERY_S} s`,
  run: async (stage) => [await throughput(stage), ...(await fleetAtRest(stage))],
};

const throughput = (stage: Stage): Promise<Figure> =>
  contest(stage, 'none', async (both) => {
    const { load, ours, reference } = both;
    for (const side of [ours, reference]) await connect(load, side, BEATING);
    const measured = await pairs(both, PAIRS, async (side) => {
      const beaten = await flood(load, side, 'heartbeat', BEATS, 1);
      const micros = serverMicros(beaten).toFixed(1);
      stage.say(`${side.name}: ${Math.round(perSecond(beaten))} beats/s, server ${micros} µs each`);
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

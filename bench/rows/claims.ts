import type { Outcome } from '../load/orders.ts';
import type { Side } from '../machine/side.ts';
import { median } from '../report/stats.ts';
import {
  type Contest,
  compared,
  connect,
  contest,
  flood,
  limitNotes,
  PAIRS,
  pairs,
  perSecond,
  serverMicros,
} from './pairs.ts';
import type { Row } from './row.ts';

const AGENTS = 200;
const IN_FLIGHT = 2;
/** Per run: 150 of each agent, who may hold 500. */
const CLAIMS = 30_000;
const OFFERED_PER_SECOND = 5_000;
const OFFERED_S = 4;

export const claimThroughput: Row = {
  id: 'P1',
  about: 'lock.claim throughput and server CPU per claim, 200 agents with 2 in flight',
  run: (stage) =>
    contest(stage, 'none', async (both) => {
      const measured = await claimPairs(both, async (side) => {
        const claimed = await flood(both.load, side, 'claim', CLAIMS, IN_FLIGHT);
        const micros = serverMicros(claimed).toFixed(1);
        stage.say(`${side.name}: ${Math.round(perSecond(claimed))} claims/s, server ${micros} µs each`);
        return claimed;
      });
      const notes = [
        'an operation is the claim of a path never claimed before; all are released before the next run, unmeasured',
        ...limitNotes(measured, stage.cores.redis === stage.cores.load),
      ];
      return [
        compared(measured, perSecond, {
          id: 'P1',
          name: 'claims against one script per claim',
          unit: 'claims/s',
          goal: { of: 'ratio', is: '≥', first: 1, stretch: 1.2 },
          notes,
        }),
        compared(measured, serverMicros, {
          id: 'P1.cpu',
          name: 'server CPU per claim',
          unit: 'µs',
          goal: { of: 'ratio', is: '≤', first: 1.1 },
        }),
      ];
    }),
};

export const claimLatency: Row = {
  id: 'P2',
  about: `lock.claim latency at ${OFFERED_PER_SECOND} a second offered, ${AGENTS} agents`,
  run: (stage) =>
    contest(stage, 'always', async (both) => {
      const measured = await claimPairs(both, async (side) => {
        const pids = [side.pid, side.redis.pid];
        const order = { do: 'open', fleet: side.name, operation: 'claim', perSecond: OFFERED_PER_SECOND } as const;
        const claimed = await both.load.order({ ...order, seconds: OFFERED_S, pids });
        stage.say(`${side.name}: p50 ${p50(claimed).toFixed(2)} ms, p99 ${p99(claimed).toFixed(2)} ms`);
        return claimed;
      });
      const cpu = (side: 'ours' | 'reference'): string =>
        median(measured.map((pair) => serverMicros(pair[side]))).toFixed(1);
      const notes = [
        'from when each claim was due; the reference writes through to disk as we do (appendfsync always)',
        `server CPU per claim: ours ${cpu('ours')} µs, reference ${cpu('reference')} µs`,
      ];
      const figure = { unit: 'ms', goal: { of: 'ratio', is: '≤', first: 1 } } as const;
      return [
        compared(measured, p50, { ...figure, id: 'P2.p50', name: 'claim latency at 5,000/s offered, p50', notes }),
        compared(measured, p99, { ...figure, id: 'P2.p99', name: 'claim latency at 5,000/s offered, p99' }),
      ];
    }),
};

const p50 = ({ latencyMs }: Outcome): number => latencyMs?.p50 ?? Number.NaN;
const p99 = ({ latencyMs }: Outcome): number => latencyMs?.p99 ?? Number.NaN;

/** Pairs of runs that claim. What they claimed is released before the next one. */
async function claimPairs(both: Contest, claim: (side: Side) => Promise<Outcome>) {
  const { load, ours, reference } = both;
  for (const side of [ours, reference]) await connect(load, side, AGENTS);
  return pairs(both, PAIRS, async (side) => {
    const claimed = await claim(side);
    await flood(load, side, 'release', claimed.done, IN_FLIGHT);
    return claimed;
  });
}

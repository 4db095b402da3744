import { Load } from '../load/driver.ts';
import type { OperationName } from '../load/operations.ts';
import type { Outcome } from '../load/orders.ts';
import { type Hub, startHub } from '../machine/hub.ts';
import type { Durability } from '../machine/redis.ts';
import { startReference } from '../machine/reference-server.ts';
import type { Side } from '../machine/side.ts';
import type { Figure } from '../report/figure.ts';
import { busyIn, busyText, limitOf } from '../report/limit.ts';
import { compare, median } from '../report/stats.ts';
import type { Stage } from './row.ts';

/** How many pairs a ratio is the median of: a single one is off by up to a quarter, the median of seven by 5 %. */
export const PAIRS = 7;
export const CONTROL_ROOMS = 10;

export interface Contest {
  load: Load;
  ours: Hub;
  reference: Side;
}

/** Runs the hub, watched by its control rooms, and the reference beside each other; stops both. */
export async function contest<T>(
  stage: Stage,
  durability: Durability,
  run: (contest: Contest) => Promise<T>,
): Promise<T> {
  const { children, cores, folder } = stage;
  try {
    const ours = await startHub(children, { folder, cores });
    const reference = await startReference(children, { folder, cores, durability });
    const load = new Load(children, cores);
    await watch(load, ours);
    return await run({ load, ours, reference });
  } finally {
    await children.endAll();
  }
}

export async function watch(load: Load, { port, ownerToken: token, project }: Hub): Promise<void> {
  await load.order({ do: 'watch', fleet: 'control rooms', port, token, project, count: CONTROL_ROOMS });
}

export async function connect(load: Load, side: Side, count: number): Promise<Outcome> {
  const { name: fleet, port, agentToken: token, project, upWith, pid, redis } = side;
  return load.order({ do: 'connect', fleet, port, token, project, upWith, count, pids: [pid, redis.pid] });
}

export interface Pair {
  ours: Outcome;
  reference: Outcome;
}

/** Measures both, one right after the other, each going first in turn. The first pair only warms up. */
export async function pairs(
  { ours, reference }: Contest,
  count: number,
  measure: (side: Side) => Promise<Outcome>,
): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let round = 0; round <= count; round++) {
    const first = await measure(round % 2 === 0 ? ours : reference);
    const second = await measure(round % 2 === 0 ? reference : ours);
    if (round > 0)
      measured.push(round % 2 === 0 ? { ours: first, reference: second } : { ours: second, reference: first });
  }
  return measured;
}

/** As many operations as they answer, from all agents of the side. */
export const flood = (
  load: Load,
  { name: fleet, pid, redis }: Side,
  operation: OperationName,
  total: number,
  inFlight: number,
) => load.order({ do: 'closed', fleet, operation, total, inFlight, pids: [pid, redis.pid] });

export const perSecond = ({ done, elapsedMs }: Outcome): number => (done * 1_000) / elapsedMs;
export const serverMicros = ({ done, cpuMs: [server = 0] }: Outcome): number => (server * 1_000) / done;

/** The comparison of one number of all pairs, as a figure. */
export function compared(
  pairs: readonly Pair[],
  number: (outcome: Outcome) => number,
  figure: Pick<Figure, 'id' | 'name' | 'unit' | 'goal'> & { notes?: readonly string[] },
): Figure {
  const { value, reference, ratio, spread } = compare(
    pairs.map((pair) => ({ ours: number(pair.ours), reference: number(pair.reference) })),
  );
  return { ...figure, value, reference, ratio, spread };
}

/** What each side waited for, and what the parts cost. */
export function limitNotes(pairs: readonly Pair[], redisSharesLoadCore: boolean): string[] {
  return (['ours', 'reference'] as const).map((side) => {
    const all = pairs.map((pair) => busyIn(pair[side]));
    const busy = {
      server: median(all.map(({ server }) => server)),
      redis: median(all.map(({ redis }) => redis)),
      generator: median(all.map(({ generator }) => generator)),
      others: median(all.map(({ others }) => others)),
    };
    return `${side.padEnd(10)} limited by ${limitOf(busy, redisSharesLoadCore)}: ${busyText(busy)}`;
  });
}

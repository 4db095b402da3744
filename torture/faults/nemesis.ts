import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { now } from '../history/writer.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import { killAgents, killHub, killRedis } from './kills.ts';
import { clockJump, diskFull } from './machine.ts';
import { cutOff, lostReply, oneWay, reset, slow, stalled } from './network.ts';
import { stopAgents, stopHub, stopRedis } from './pauses.ts';
import { slowReaders } from './slow-readers.ts';

const FAULTS: readonly Fault[] = [
  killHub,
  killAgents,
  killRedis,
  stopHub,
  stopAgents,
  stopRedis,
  lostReply,
  stalled,
  oneWay,
  reset,
  slow,
  clockJump,
  diskFull,
  slowReaders,
  cutOff,
];
/** Between the end of one and the start of the next: something is to be done in peace, too. */
const PEACE_MS = [200, 900] as const;

export interface Done {
  at: number;
  kind: string;
  verified: boolean;
  note: string;
  times: number;
}

/** Kinds of faults that cannot be done in this run. */
export const impossibleIn = (cluster: Cluster): string[] =>
  FAULTS.filter((fault) => !fault.isPossible(cluster)).map(({ kind }) => kind);

/** Does one fault after another until the time is over; every kind once, then as often as its weight says. */
export async function torment(
  cluster: Cluster,
  { until, random, signal, say }: { until: number; random: Random; signal: AbortSignal; say(done: Done): void },
): Promise<void> {
  const possible = FAULTS.filter((fault) => fault.isPossible(cluster));
  const rests = new Set<Promise<void>>();
  let round = random.shuffled(possible);
  while (now() < until && !signal.aborted) {
    const fault = round.pop();
    if (fault === undefined) {
      round = random.shuffled(possible.flatMap((each) => Array.from({ length: each.weight }, () => each)));
      continue;
    }
    const at = now();
    const { verified, note, times = 1, rest } = await fault.happen(cluster, random);
    say({ at, kind: fault.kind, verified, note, times });
    if (rest !== undefined) {
      rests.add(rest);
      void rest.finally(() => rests.delete(rest));
    }
    await cluster.heal();
    await delay(random.int(...PEACE_MS));
  }
  await Promise.all(rests);
}

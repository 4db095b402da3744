import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { now } from '../history/writer.ts';
import { Random } from '../random.ts';
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
/** They harm nobody but agents, so that they do not get in the way of a fault that has not healed. */
const AT_ANY_TIME: readonly Fault[] = [killAgents, stopAgents];
/** Between the end of one and the start of the next: something is to be done in peace, too. */
const PEACE_MS = [200, 900] as const;
/** A hub that comes back to ten minutes of a busy log takes longer: with the peace after it this is below 5 s. */
const MEANWHILE_AFTER_MS = 3_500;

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

/**
 * Does one fault after another until the time is over; every kind once, then as often as its weight says. While one takes
 * long to heal, agents are harmed: something begins at least every 5 s.
 */
export async function torment(
  cluster: Cluster,
  { until, seed, signal, say }: { until: number; seed: number; signal: AbortSignal; say(done: Done): void },
): Promise<void> {
  const possible = FAULTS.filter((fault) => fault.isPossible(cluster));
  const rests = new Set<Promise<void>>();
  const random = Random.of(seed, 'nemesis');
  // How often somebody has to wait is the machine's: that must not change what comes after.
  const meanwhile = Random.of(seed, 'meanwhile');
  const happen = async (fault: Fault, chance: Random): Promise<void> => {
    const at = now();
    const { verified, note, times = 1, rest } = await fault.happen(cluster, chance);
    say({ at, kind: fault.kind, verified, note, times });
    if (rest === undefined) return;
    rests.add(rest);
    void rest.finally(() => rests.delete(rest));
  };
  let round = random.shuffled(possible);
  while (now() < until && !signal.aborted) {
    const fault = round.pop();
    if (fault === undefined) {
      round = random.shuffled(byWeight(possible));
      continue;
    }
    if (fault.isPossible(cluster)) {
      const healed = happen(fault, random).then(() => cluster.heal());
      while (!(await isOver(healed))) {
        const others = byWeight(AT_ANY_TIME.filter(({ isPossible }) => isPossible(cluster)));
        if (others.length > 0) await happen(meanwhile.pick(others), meanwhile);
      }
    }
    await delay(random.int(...PEACE_MS));
  }
  await Promise.all(rests);
}

const byWeight = (faults: readonly Fault[]): Fault[] =>
  faults.flatMap((each) => Array.from({ length: each.weight }, () => each));

const isOver = (what: Promise<void>): Promise<boolean> =>
  Promise.race([what.then(() => true), delay(MEANWHILE_AFTER_MS, false, { ref: false })]);

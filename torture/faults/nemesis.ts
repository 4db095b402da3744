import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import type { Done } from '../course.ts';
import { now } from '../history/writer.ts';
import { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import { Happenings } from './happenings.ts';
import { killAgents, killHub, killRedis } from './kills.ts';
import { clockJump, diskFull } from './machine.ts';
import { cutOff, lostReply, oneWay, reset, slow, stalled } from './network.ts';
import { silenceAgents, stopAgents, stopHub, stopRedis } from './pauses.ts';
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
const SPARES_HUBS: ReadonlySet<Fault> = new Set([...AT_ANY_TIME, silenceAgents]);
/** Between the end of one and the start of the next: something is to be done in peace, too. */
const PEACE_MS = [200, 900] as const;
/** A hub that comes back to ten minutes of a busy log takes longer: with the peace after it this is below 5 s. */
const MEANWHILE_AFTER_MS = 3_500;

/** Twenty seconds of silence at the end are too much of a shorter run. */
const WITH_SILENCE_FROM_MS = 60_000;

export const KINDS: readonly string[] = FAULTS.map(({ kind }) => kind);

/** Kinds of faults that cannot be done in this run. */
export const impossibleIn = (cluster: Cluster): string[] =>
  FAULTS.filter((fault) => !fault.isPossible(cluster)).map(({ kind }) => kind);

/**
 * Does one fault after another until the time is over; every kind once, then as often as its weight says, and in a run of
 * a minute agents that are silent in peace at the end. While one takes long to heal, agents are harmed: something begins
 * at least every 5 s. Resolves once everything that goes on is over, with the time up to which something was begun;
 * throws when a fault does not come to its end.
 */
export async function torment(
  cluster: Cluster,
  { until, seed, signal, say }: { until: number; seed: number; signal: AbortSignal; say(done: Done): void },
): Promise<number> {
  const possible = FAULTS.filter((fault) => fault.isPossible(cluster));
  const happenings = new Happenings(say);
  const random = Random.of(seed, 'nemesis');
  // How often somebody has to wait is the machine's: that must not change what comes after.
  const meanwhile = Random.of(seed, 'meanwhile');
  const note = (k: 'harmed' | 'healed'): void => {
    if (cluster.sites.length > 0) cluster.history.write({ k });
  };
  const befall = async (fault: Fault): Promise<void> => {
    const spares = SPARES_HUBS.has(fault);
    if (!spares) note('harmed');
    const healed = happenings.one(
      fault.kind,
      () => fault.happen(cluster, random),
      () => cluster.heal(),
    );
    while (!(await isOver(healed))) {
      const others = byWeight(AT_ANY_TIME.filter(({ isPossible }) => isPossible(cluster)));
      if (others.length === 0) continue;
      const other = meanwhile.pick(others);
      await happenings.one(other.kind, () => other.happen(cluster, meanwhile));
    }
    if (!spares) note('healed');
  };
  note('healed');
  const isLong = until - now() >= WITH_SILENCE_FROM_MS;
  let round = random.shuffled(possible);
  while (now() < until && !signal.aborted) {
    const fault = round.pop();
    if (fault === undefined) {
      round = random.shuffled(byWeight([...possible, silenceAgents]));
      continue;
    }
    if (fault.isPossible(cluster)) await befall(fault);
    await delay(random.int(...PEACE_MS));
  }
  if (!signal.aborted && isLong && silenceAgents.isPossible(cluster)) await befall(silenceAgents);
  const to = now();
  await happenings.over();
  return to;
}

const byWeight = (faults: readonly Fault[]): Fault[] =>
  faults.flatMap((each) => Array.from({ length: each.weight }, () => each));

const isOver = (what: Promise<void>): Promise<boolean> =>
  Promise.race([what.then(() => true), delay(MEANWHILE_AFTER_MS, false, { ref: false })]);

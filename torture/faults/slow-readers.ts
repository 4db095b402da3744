import { setTimeout as delay } from 'node:timers/promises';
import type { Readers } from '../cluster/readers.ts';
import { now } from '../history/writer.ts';
import { within } from '../within.ts';
import { always, type Fault, type Seen } from './fault.ts';

/** A beat in which they see that they are kept up to date comes every 2 s. */
const LEVEL_WITHIN_MS = 20_000;
const STOPPED_MS = [12_000, 18_000] as const;
/** Where little happens it takes longer until something is unread. */
const STOPPED_AT_MOST_MS = 20_000;
const LOOK_EVERY_MS = 250;
/** What the kernel had to take for them before it told the hub to wait. */
const UNREAD_BYTES = 64 * 1024;
/** Meanwhile other faults come; some time they are all healed. */
const BACK_WITHIN_MS = 60_000;

/** Control rooms that were kept up to date do not read for a while, and must be up to date again when they do. */
export const slowReaders: Fault = {
  kind: 'slow readers',
  weight: 1,
  isPossible: always,
  async happen(cluster, random) {
    const readers = await cluster.startReaders();
    const ms = random.int(...STOPPED_MS);
    const unready = await failureOf(within(LEVEL_WITHIN_MS, 'new control rooms are level', readers.level()));
    if (unready !== undefined) {
      await readers.end();
      return { verified: false, note: unready };
    }
    const verified = await readers.stop();
    return {
      verified,
      note: `${readers.count} control rooms that were level stopped reading for ${ms} ms`,
      rest: stayStopped(readers, ms),
    };
  },
};

async function stayStopped(readers: Readers, ms: number): Promise<Seen> {
  const most = await unreadMeanwhile(readers, ms);
  const full = most.filter((bytes) => bytes >= UNREAD_BYTES).length;
  const still = await readers.isStopped();
  readers.continue();
  const from = now();
  const late = await failureOf(within(BACK_WITHIN_MS, 'they are level again', readers.level()));
  await readers.end();
  const unread = `the kernel held up to ${Math.max(0, ...most) >> 10} KB for each that were not read, at ${full} of them enough`;
  return {
    // Who lost its hub to another fault has nothing to leave unread.
    verified: still && full * 2 >= readers.count && late === undefined,
    note: `${still ? '' : 'they ran meanwhile; '}${unread}; ${late ?? `${Math.round(now() - from)} ms after that all were level again`}`,
  };
}

/** The most that was unread at each connection, looked at until the time is over, and longer where it is not enough. */
async function unreadMeanwhile(readers: Readers, ms: number): Promise<number[]> {
  const most = new Map<string, number>();
  const isEnough = (): boolean => [...most.values()].filter((bytes) => bytes >= UNREAD_BYTES).length >= readers.count;
  for (const from = now(); now() - from < (isEnough() ? ms : STOPPED_AT_MOST_MS); await delay(LOOK_EVERY_MS))
    for (const [connection, bytes] of await readers.unread())
      most.set(connection, Math.max(bytes, most.get(connection) ?? 0));
  return [...most.values()];
}

const failureOf = (done: Promise<unknown>): Promise<string | undefined> =>
  done.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

import type { FeedStatus } from '@signalbox/sdk/feed';
import { formatDuration, formatTime } from '../hub/format.ts';

export interface ConnectionFacts {
  status: FeedStatus;
  /** This machine's clock. */
  now: number;
  /** Server time minus this machine's. */
  clockOffsetMs: number;
  browserOnline: boolean;
}

export interface ConnectionWords {
  text: string;
  canTry: boolean;
}

function asOf(lastFrameAt: number | null, { now, clockOffsetMs }: ConnectionFacts): string {
  if (lastFrameAt === null) return 'Not updating — nothing received yet.';
  return `Not updating — as of ${formatTime(lastFrameAt + clockOffsetMs)} (${formatDuration(now - lastFrameAt)} ago).`;
}

/** What the banner says while the picture is not current; null while it is. */
export function connectionWords(facts: ConnectionFacts): ConnectionWords | null {
  const { status, now } = facts;
  const offline = facts.browserOnline ? '' : ' Your browser is offline.';
  switch (status.state) {
    case 'live':
    case 'lagging':
      return null;
    case 'connecting':
      return {
        text: status.attempt > 1 ? `The hub does not answer; attempt ${status.attempt}.${offline}` : 'Connecting…',
        canTry: status.attempt > 1,
      };
    case 'resyncing':
      return { text: `Connected, catching up ${Math.round(status.progress)} %.`, canTry: false };
    case 'stale':
      return {
        text: `${asOf(status.lastFrameAt, facts)} The connection is open, but nothing arrives.${offline}`,
        canTry: true,
      };
    case 'reconnecting': {
      const next =
        status.nextTryAt === null
          ? 'trying now'
          : `next try in ${Math.max(0, Math.ceil((status.nextTryAt - now) / 1_000))} s`;
      return {
        text: `${asOf(status.lastFrameAt, facts)} Reconnecting, attempt ${status.attempt}, ${next}.${offline}`,
        canTry: true,
      };
    }
    case 'refused':
      return { text: `${asOf(status.lastFrameAt, facts)} The hub refused: ${status.error.message}`, canTry: true };
    case 'closed':
      return { text: 'Closed.', canTry: false };
  }
}

/** What the footer says, in one word. */
export const CONNECTION_LABEL: Record<FeedStatus['state'], string> = {
  connecting: 'Connecting',
  resyncing: 'Catching up',
  live: 'Live',
  lagging: 'Behind',
  stale: 'Stale',
  reconnecting: 'Reconnecting',
  refused: 'Refused',
  closed: 'Closed',
};

const DURABILITY_WARNING: ReadonlyMap<string, string> = new Map([
  ['memory', 'Nothing is kept on disk: a stop of Redis loses all tasks, locks and messages.'],
  ['everysec', 'Redis writes to disk once a second: a crash of the machine can lose the last two seconds.'],
  ['no', 'Redis leaves writing to disk to the system: a crash of the machine can lose the last half minute.'],
  [
    'evicts',
    'Redis deletes what it holds when its memory is full, tasks and locks too: set maxmemory-policy noeviction.',
  ],
  ['unknown', 'Redis does not say when it writes to disk: a crash of the machine may lose what was acknowledged.'],
]);

/** What a promise weaker than the usual means for a supervisor; null for the usual. */
export function durabilityWarning(durability: string | null): string | null {
  // What a failover may lose stands behind it, with replicas.
  const [level = ''] = (durability ?? '').split(',');
  return DURABILITY_WARNING.get(level) ?? null;
}

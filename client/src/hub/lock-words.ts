import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { LockRecord } from '@signalbox/shared/records/lock';
import { formatDuration, plural } from './format.ts';
import { formatCountdown } from './ledger-time.ts';
import type { PeekTarget } from './navigation.ts';
import type { Sentence, Surroundings } from './task-waiting.ts';
import { visibleText } from './visible-text.ts';

const agentRef = (id: string): PeekTarget => ({ kind: 'agent', id });

/** Normal is what nobody else wants and somebody alive holds, however long. */
export const isAbnormal = (lock: LockRecord, holder: Pick<AgentRecord, 'state'> | undefined): boolean =>
  lock.waiters.length > 0 || holder?.state === 'lost';

/** Of one that is gone there is nobody to answer. */
export const canBeAsked = (holder: Pick<AgentRecord, 'state'> | undefined): boolean =>
  holder !== undefined && holder.state !== 'lost' && holder.state !== 'left';

/** A lease that was not renewed for two thirds of its time: its holder renews at one third. */
export const isRunningOut = (leftMs: number, ttlMs: number): boolean => leftMs * 3 < ttlMs;

interface Next {
  agentId: string;
  since: number;
  /** How many other claims it waits for besides this lock. */
  others: number;
}

/** Who gets the lock when it ends: the first in line whom nothing else holds up, else the first in line. */
export function nextInLine(lock: LockRecord, around: Pick<Surroundings, 'lock' | 'waiter'>): Next | null {
  const line = lock.waiters.map(({ lockId, agentId, since }): Next => {
    const behind = around.waiter(lockId)?.blockedBy ?? [];
    const others = behind.filter((id) => id !== lock.id && (around.lock(id) ?? around.waiter(id)) !== undefined);
    return { agentId, since, others: others.length };
  });
  return line.find(({ others }) => others === 0) ?? line[0] ?? null;
}

/** What becomes of a lock that others want, or whose holder is lost; null while it is normal. */
export function whatComesNext(lock: LockRecord, around: Surroundings): Sentence | null {
  const next = nextInLine(lock, around);
  const left = around.untilClock(lock.expiresClock);
  if (around.agent(lock.holder)?.state === 'lost') {
    const when = left === null || left <= 0 ? 'now' : `in ${formatCountdown(left)}`;
    return [
      agentRef(lock.holder),
      ` is lost and does not renew. Its lease on the files ends ${when}, then `,
      ...(next === null ? ['they are free'] : [agentRef(next.agentId), ' gets them']),
      '.',
    ];
  }
  if (next === null) return null;
  const more = lock.waiters.length - 1;
  return [
    agentRef(next.agentId),
    next.others === 0 ? ' goes on as soon as ' : ' is first in line, though it waits for others too; it needs ',
    agentRef(lock.holder),
    next.others === 0 ? ' is done' : ' to be done',
    more === 0 ? '.' : `; ${plural(more, 'other')} after it.`,
  ];
}

/** What a person who takes the lock away should know before. */
export function releaseConsequence(lock: LockRecord, around: Surroundings, now: number): string {
  const holder = around.agent(lock.holder);
  const what = `${lock.holder}${holder === undefined ? '' : ` (${holder.state})`} loses ${plural(lock.paths.length, 'path')} at once, and its fence ${lock.fence} is refused from then on.`;
  const told =
    holder?.state === 'lost'
      ? 'Nothing is heard of it; if it still runs, it learns of this when it is back.'
      : holder?.connected === true
        ? 'It is told so now; what it is in the middle of writing is not undone.'
        : 'It is not connected and learns of this with its next call.';
  return `${what} ${told} ${afterwards(lock, around, now)}`;
}

function afterwards(lock: LockRecord, around: Surroundings, now: number): string {
  const next = nextInLine(lock, around);
  if (next === null) return 'Nobody waits for it.';
  const waited = `waits ${formatDuration(now - next.since)}`;
  return next.others === 0
    ? `${next.agentId} gets it next (${waited}).`
    : `${next.agentId} is first in line (${waited}), but waits for ${plural(next.others, 'other claim')} too.`;
}

/** What the holder is asked, for the composer. */
export function askToRelease(lock: LockRecord, now: number): string {
  const [first, ...more] = lock.waiters;
  const files = visibleText(`${lock.paths[0]}${lock.paths.length > 1 ? ` and ${lock.paths.length - 1} more` : ''}`);
  if (first === undefined) return `How long do you still need ${files} (${lock.id})?`;
  const who = more.length === 0 ? `${first.agentId} waits` : `${first.agentId} and ${more.length} more wait`;
  return `How long do you still need ${files} (${lock.id})? ${who} for it, for ${formatDuration(now - first.since)} now. Release it as soon as you can.`;
}

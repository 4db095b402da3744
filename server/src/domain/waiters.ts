import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { Draft } from './view.ts';

/** Somebody else's claim that stands in the way. */
export interface Obstacle {
  path: string;
  heldPath: string;
  lockId: string;
  agentId: string;
  since: number;
  reason: string | undefined;
  /** The lock, when it is held; else it is an earlier claim in line. */
  lock: LockRecord | undefined;
}

type Claim = Pick<WaiterRecord, 'paths' | 'mode' | 'agentId'> & {
  /** Only claims before this one in line stand in its way; all of them when it is new. */
  before?: WaiterRecord;
};

/**
 * What keeps a claim from being granted: locks of others, and earlier waiting claims, so that nobody is overtaken for
 * ever. An earlier claim that itself waits for a lock of this agent does not count: it cannot go first anyway.
 */
export function obstaclesOf(draft: Draft, claim: Claim, overlap: (a: string, b: string) => boolean): Obstacle[] {
  const obstacles = new Map<string, Obstacle>();
  const conflicts = (other: { mode: string }): boolean => claim.mode === 'exclusive' || other.mode === 'exclusive';
  const heldPathOf = (paths: readonly string[], path: string): string =>
    paths.find((held) => overlap(held, path)) ?? path;
  for (const path of claim.paths) {
    for (const lock of draft.locksOverlapping(path)) {
      if (lock.holder === claim.agentId || !conflicts(lock) || obstacles.has(lock.id)) continue;
      obstacles.set(lock.id, {
        path,
        heldPath: heldPathOf(lock.paths, path),
        lockId: lock.id,
        agentId: lock.holder,
        since: lock.since,
        reason: lock.reason,
        lock,
      });
    }
    for (const waiter of draft.waitersOverlapping(path)) {
      if (waiter.agentId === claim.agentId || !conflicts(waiter) || obstacles.has(waiter.id)) continue;
      if (claim.before !== undefined && !isEarlier(waiter, claim.before)) continue;
      if (waiter.blockedBy.some((id) => draft.get('lock', id)?.holder === claim.agentId)) continue;
      obstacles.set(waiter.id, {
        path,
        heldPath: heldPathOf(waiter.paths, path),
        lockId: waiter.id,
        agentId: waiter.agentId,
        since: waiter.since,
        reason: 'waiting in line',
        lock: undefined,
      });
    }
  }
  return [...obstacles.values()];
}

const isEarlier = (a: WaiterRecord, b: WaiterRecord): boolean => Number(a.id.slice(2)) < Number(b.id.slice(2));

/** Puts a claim in line, and its name on the locks it waits for. */
export function enqueueWaiter(draft: Draft, waiter: WaiterRecord): void {
  draft.put(waiter);
  for (const id of waiter.blockedBy) {
    const lock = draft.get('lock', id);
    if (lock !== undefined && !lock.waiters.some((entry) => entry.lockId === waiter.id))
      draft.put({
        ...lock,
        waiters: [...lock.waiters, { lockId: waiter.id, agentId: waiter.agentId, since: waiter.since }],
      });
  }
}

/** Takes a claim out of the line. */
export function dropWaiter(draft: Draft, waiter: WaiterRecord): void {
  draft.remove('waiter', waiter.id);
  for (const id of waiter.blockedBy) {
    const lock = draft.get('lock', id);
    if (lock !== undefined) draft.put({ ...lock, waiters: lock.waiters.filter((entry) => entry.lockId !== waiter.id) });
  }
}

import { compareIds } from '@signalbox/shared/ids';
import { pathsOverlap } from '@signalbox/shared/paths';
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
  /** The lock, when it is held; else it is a claim in line. */
  lock: LockRecord | undefined;
}

/** A claim among those of others it cannot stand beside: what must end first, and who goes only after it. */
export interface Standing {
  obstacles: Obstacle[];
  behind: WaiterRecord[];
}

type Claim = Pick<WaiterRecord, 'paths' | 'mode' | 'agentId'> & {
  /** Of a claim that stands in line already. */
  id?: string;
};

/**
 * Of two claims that conflict, exactly one waits for the other, from the moment the second comes: nobody is overtaken.
 * The second goes behind, unless the first waits for something of the same agent anyway: then it cannot go before that
 * agent is done, and gives way, so that an agent can always claim what it still needs. Either way nobody waits for
 * anybody it did not wait for when the cycle was looked for, which is why no deadlock can arise later.
 */
export function standingOf(draft: Draft, claim: Claim): Standing {
  const obstacles = new Map<string, Obstacle>();
  const behind = new Map<string, WaiterRecord>();
  const conflicts = (other: { mode: string }): boolean => claim.mode === 'exclusive' || other.mode === 'exclusive';
  let awaited: Set<string> | undefined;
  const add = (path: string, other: Omit<Obstacle, 'path' | 'heldPath'> & { paths: readonly string[] }): void => {
    if (obstacles.has(other.lockId)) return;
    const { paths, ...obstacle } = other;
    const heldPath = paths.find((held) => pathsOverlap(held, path)) ?? path;
    obstacles.set(other.lockId, { path, heldPath, ...obstacle });
  };
  for (const path of claim.paths) {
    for (const lock of draft.locksOverlapping(path)) {
      const { id: lockId, holder: agentId, paths, since, reason } = lock;
      if (agentId !== claim.agentId && conflicts(lock)) add(path, { lockId, agentId, paths, since, reason, lock });
    }
    for (const waiter of draft.waitersOverlapping(path)) {
      const { id: lockId, agentId, paths, since } = waiter;
      if (agentId === claim.agentId || !conflicts(waiter)) continue;
      awaited ??= claim.id === undefined ? awaitedOf(draft, claim.agentId) : new Set([claim.id]);
      if (isBehind(waiter, awaited)) behind.set(waiter.id, waiter);
      else add(path, { lockId, agentId, paths, since, reason: 'waiting in line', lock: undefined });
    }
  }
  return {
    obstacles: [...obstacles.values()],
    behind: [...behind.values()].sort((a, b) => compareIds(a.id, b.id)),
  };
}

/** Whose the lock or the claim in line is, if it is still there. */
export const ownerOf = (draft: Draft, lockId: string): string | undefined =>
  draft.get('lock', lockId)?.holder ?? draft.get('waiter', lockId)?.agentId;

/**
 * What of an agent others may wait for: its claims in line, and its locks that have a line. With none nobody waits for
 * it, and a line it joins need not be asked: each claim there knows all before it, which together are the square of it.
 */
export function awaitedOf(draft: Draft, agentId: string): Set<string> {
  const awaited = new Set<string>();
  for (const { id, waiters } of draft.locksOf(agentId)) if (waiters.length > 0) awaited.add(id);
  for (const { id } of draft.waitersOf(agentId)) awaited.add(id);
  return awaited;
}

const isBehind = ({ blockedBy }: WaiterRecord, awaited: ReadonlySet<string>): boolean =>
  awaited.size > 0 && blockedBy.some((id) => awaited.has(id));

const entryOf = ({ id, agentId, since }: WaiterRecord): LockRecord['waiters'][number] => ({
  lockId: id,
  agentId,
  since,
});

/** Puts a new claim in line, and its name on the locks it waits for. */
export function enqueueWaiter(draft: Draft, waiter: WaiterRecord, behind: readonly WaiterRecord[]): void {
  draft.put(waiter);
  for (const id of waiter.blockedBy) {
    const lock = draft.get('lock', id);
    if (lock !== undefined) draft.put({ ...lock, waiters: [...lock.waiters, entryOf(waiter)] });
  }
  sendBehind(draft, waiter.id, behind);
}

/** A claim becomes a lock: whoever goes after it waits for the lock. */
export function putLock(draft: Draft, lock: Omit<LockRecord, 'waiters'>, behind: readonly WaiterRecord[]): LockRecord {
  sendBehind(draft, lock.id, behind);
  return draft.put({ ...lock, waiters: behind.map(entryOf) });
}

/** These claims wait for that lock or claim from now on. */
export function sendBehind(draft: Draft, lockId: string, behind: readonly WaiterRecord[]): void {
  for (const waiter of behind) {
    if (waiter.blockedBy.includes(lockId)) continue;
    // What has ended meanwhile is left out, or the list of a hot path grows without end.
    const standing = waiter.blockedBy.filter((id) => ownerOf(draft, id) !== undefined);
    draft.put({ ...waiter, blockedBy: [...standing, lockId] });
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

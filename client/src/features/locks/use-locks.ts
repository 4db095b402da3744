import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import { useMemo } from 'react';
import { naturalOrder } from '../../hub/natural-order.ts';
import { useHub, useIds } from '../../hub/use-hub.ts';
import { matches, type SeenLock, seen } from './rows.ts';

/**
 * The locks that the filter leaves. Looked through when a lock or a claim comes or goes, a lock changes hands or a holder
 * is lost, at the pace of lists; renewals change no list, each row listens to its own lock.
 */
export function useSeenLocks(query: string): readonly SeenLock[] {
  const { db } = useHub();
  const ids = useIds('lock');
  const waiting = useIds('waiter');
  const lost = useIds('agent.state:lost');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lists tell when to look again
  return useMemo(
    () =>
      ids
        .map((id) => db.get('lock', id))
        .filter((lock): lock is LockRecord => lock !== undefined && (query === '' || matches(lock, query)))
        .map((lock) => seen(lock, db.get('agent', lock.holder))),
    [db, ids, waiting, lost, query],
  );
}

export interface LockSummary {
  locks: number;
  holders: number;
  contended: number;
  waiting: number;
  /** Server time at which the longest waiting claim came. */
  oldestWaitAt: number | null;
}

export function useSummary(): LockSummary {
  const { db } = useHub();
  const ids = useIds('lock');
  const waiting = useIds('waiter');
  return useMemo(() => {
    const locks = ids.map((id) => db.get('lock', id)).filter((lock): lock is LockRecord => lock !== undefined);
    const waits = waiting.map((id) => db.get('waiter', id)?.since ?? Number.POSITIVE_INFINITY);
    return {
      locks: ids.length,
      holders: new Set(locks.map(({ holder }) => holder)).size,
      contended: locks.filter(({ waiters }) => waiters.length > 0).length,
      waiting: waiting.length,
      oldestWaitAt: waits.length === 0 ? null : Math.min(...waits),
    };
  }, [db, ids, waiting]);
}

const namesOf = (claim: WaiterRecord): string =>
  [claim.id, claim.agentId, claim.reason ?? '', ...claim.paths].join(' ').toLowerCase();

/** Claims that wait in line, the longest waiting first. */
export function useWaits(query: string): readonly string[] {
  const { db } = useHub();
  const ids = useIds('waiter');
  return useMemo(
    () =>
      ids
        .map((id) => db.get('waiter', id))
        .filter((claim): claim is WaiterRecord => claim !== undefined)
        .filter((claim) => query === '' || namesOf(claim).includes(query.toLowerCase()))
        .sort((a, b) => a.since - b.since || naturalOrder(a.id, b.id))
        .map(({ id }) => id),
    [db, ids, query],
  );
}

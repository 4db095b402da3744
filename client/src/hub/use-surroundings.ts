import { useMemo } from 'react';
import { untilLedgerClock } from './ledger-time.ts';
import type { Surroundings } from './task-waiting.ts';
import { useConn, useHub, useNow } from './use-hub.ts';

/** What is around a task, as of this second. A new object every second, so that sentences made of it stay true. */
export function useSurroundings(): Surroundings {
  const { db } = useHub();
  const now = useNow();
  const beat = useConn((conn) => conn.beat);
  return useMemo(
    () => ({
      task: (id) => db.get('task', id),
      agent: (id) => db.get('agent', id),
      lock: (id) => db.get('lock', id),
      waiter: (id) => db.get('waiter', id),
      untilClock: (clock) => untilLedgerClock(clock, beat, now),
    }),
    [db, beat, now],
  );
}

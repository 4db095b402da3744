import { untilLedgerClock } from './ledger-time.ts';
import { useConn, useNow } from './use-hub.ts';

/** Milliseconds until a time of the ledger clock, as of this second; stands still while the picture does. */
export function useUntilClock(clock: number | undefined): number | null {
  const now = useNow();
  const beat = useConn((conn) => conn.beat);
  return clock === undefined ? null : untilLedgerClock(clock, beat, now);
}

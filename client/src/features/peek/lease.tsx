import type { LockRecord } from '@signalbox/shared/records/lock';
import { formatDuration, UNKNOWN } from '../../hub/format.ts';
import { formatCountdown, untilLedgerClock } from '../../hub/ledger-time.ts';
import { useConn, useNow } from '../../hub/use-hub.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './peek.module.css';

/** Milliseconds until a time of the ledger clock, as of this second. */
export function useUntilClock(clock: number | undefined): number | null {
  const now = useNow();
  const beat = useConn((conn) => conn.beat);
  return clock === undefined ? null : untilLedgerClock(clock, beat, now);
}

/** How much of a lease is left, as a bar and in words. */
export function Lease({ lock }: { lock: LockRecord }) {
  const left = useUntilClock(lock.expiresClock);
  if (left === null) return <>{UNKNOWN}</>;
  const percent = Math.max(0, Math.min(100, (left / lock.ttlMs) * 100));
  return (
    <span className={styles.lease}>
      <ProgressBar label={`Lease of ${lock.id} left`} value={percent} size="thin" />
      {left > 0 ? `${formatCountdown(left)} left of ${formatDuration(lock.ttlMs)}` : 'over; released any moment'}
    </span>
  );
}

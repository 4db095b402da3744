import type { LockRecord } from '@signalbox/shared/records/lock';
import { formatDuration, UNKNOWN } from '../../hub/format.ts';
import { formatCountdown } from '../../hub/ledger-time.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './peek.module.css';

/** How much of a lease is left, as a bar and in words. */
export function Lease({ lock }: { lock: LockRecord }) {
  const left = useUntilClock(lock.expiresClock);
  if (left === null) return <>{UNKNOWN}</>;
  const percent = Math.max(0, Math.min(100, (left / lock.ttlMs) * 100));
  return (
    <span className={styles.lease}>
      <ProgressBar label={`Lease of ${lock.id} left`} value={percent} size="thin" />
      {left > 0
        ? `${formatCountdown(Math.min(left, lock.ttlMs))} left of ${formatDuration(lock.ttlMs)}`
        : 'over; released any moment'}
    </span>
  );
}

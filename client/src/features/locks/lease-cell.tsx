import type { LockRecord } from '@signalbox/shared/records/lock';
import { formatDuration, UNKNOWN } from '../../hub/format.ts';
import { formatCountdown } from '../../hub/ledger-time.ts';
import { isRunningOut } from '../../hub/lock-words.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './lock-cells.module.css';

/** What is left of a lease on the ledger clock. A renewal fills it up in place; one that does not come is said. */
export function LeaseCell({ lock }: { lock: LockRecord }) {
  const left = useUntilClock(lock.expiresClock);
  if (left === null) return <>{UNKNOWN}</>;
  // The hub holds a lock a little longer than it promises.
  const rest = Math.max(0, Math.min(left, lock.ttlMs));
  const late = isRunningOut(left, lock.ttlMs);
  return (
    <span
      className={styles.lease}
      data-late={late || undefined}
      title={`Lease of ${formatDuration(lock.ttlMs)}, last renewed ${formatDuration(lock.ttlMs - rest)} ago`}
    >
      <ProgressBar label={`Lease of ${lock.id} left`} value={(rest / lock.ttlMs) * 100} size="thin" />
      <span className={styles.left}>{left > 0 ? formatCountdown(rest) : 'over'}</span>
      {late && <span className={styles.late}>not renewed</span>}
    </span>
  );
}

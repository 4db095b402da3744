import type { LockRecord } from '@signalbox/shared/records/lock';
import { Age } from '../../hub/age.tsx';
import { UNKNOWN } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { Chip } from '../../ui/badge.tsx';
import styles from './lock-cells.module.css';

const NAMED = 2;

/** Who waits for it, and for how long the first one has. */
export function WaitingCell({ lock }: { lock: LockRecord }) {
  const { open } = useNavigation();
  const [first] = lock.waiters;
  if (first === undefined) return <>{UNKNOWN}</>;
  const more = lock.waiters.length - NAMED;
  return (
    <span className={styles.waiting}>
      {lock.waiters.slice(0, NAMED).map(({ lockId, agentId }) => (
        <Chip
          key={lockId}
          label={agentId}
          title={`${agentId} waits as ${lockId}`}
          onOpen={() => open({ kind: 'waiter', id: lockId })}
        />
      ))}
      {more > 0 && <span>+{more}</span>}
      <span>
        {lock.waiters.length === 1 ? 'waits' : 'wait'}{' '}
        <strong>
          <Age at={first.since} />
        </strong>
      </span>
    </span>
  );
}

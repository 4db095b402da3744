import type { LockRecord } from '@signalbox/shared/records/lock';
import { composeQuestion } from '../../hub/compose-to.ts';
import { askToRelease, canBeAsked } from '../../hub/lock-words.ts';
import { useCan, useConn, useHub, useRecord } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import styles from './lock-cells.module.css';

export interface LockActionsProps {
  lock: LockRecord;
  onRelease: (lockId: string) => void;
}

/** What a person can do about a lock that is in the way. Asking only fills the composer: nothing is sent unseen. */
export function LockActions({ lock, onRelease }: LockActionsProps) {
  const can = useCan();
  const { project, clock } = useHub();
  const live = useConn((conn) => conn.live);
  const holder = useRecord('agent', lock.holder);
  const ask = () => composeQuestion(project, lock.holder, askToRelease(lock, clock.getState().now));
  return (
    <span className={styles.actions}>
      {can('directive.send') && canBeAsked(holder) && (
        <Button size="small" onClick={ask} aria-label={`Ask ${lock.holder} about ${lock.id}`}>
          Ask
        </Button>
      )}
      {can('lock.forceRelease') && (
        <Button
          size="small"
          unavailable={live ? undefined : 'Available when live'}
          onClick={() => onRelease(lock.id)}
          aria-label={`Release ${lock.id}`}
        >
          Release…
        </Button>
      )}
    </span>
  );
}

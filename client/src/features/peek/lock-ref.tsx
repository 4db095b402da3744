import { Age } from '../../hub/age.tsx';
import type { PeekTarget } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import styles from './peek.module.css';

const PATHS_SHOWN = 3;
/** The first paths, and how many more there are. */
export const pathsLine = (paths: readonly string[]): string =>
  visibleText(
    paths.length <= PATHS_SHOWN
      ? paths.join(', ')
      : `${paths.slice(0, PATHS_SHOWN).join(', ')} and ${paths.length - PATHS_SHOWN} more`,
  );

interface LockRefProps {
  id: string;
  onOpen: (target: PeekTarget) => void;
}

export function LockRef({ id, onOpen }: LockRefProps) {
  const lock = useRecord('lock', id);
  return (
    <span className={styles.ref}>
      <Chip label={id} onOpen={() => onOpen({ kind: 'lock', id })} />
      {lock !== undefined && (
        <span className={styles.mono}>
          {pathsLine(lock.paths)}
          {lock.waiters.length > 0 && ` · ${lock.waiters.length} waiting`}
        </span>
      )}
    </span>
  );
}

/** A claim that waits in line. */
export function WaiterRef({ id, onOpen }: LockRefProps) {
  const waiter = useRecord('waiter', id);
  return (
    <span className={styles.ref}>
      <Chip label={id} onOpen={() => onOpen({ kind: 'waiter', id })} />
      {waiter !== undefined && (
        <span className={styles.word}>
          waits <Age at={waiter.since} /> for <span className={styles.mono}>{pathsLine(waiter.paths)}</span>
        </span>
      )}
    </span>
  );
}

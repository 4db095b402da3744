import type { LockRecord } from '@signalbox/shared/records/lock';
import { memo, useRef } from 'react';
import { Age } from '../../hub/age.tsx';
import { UNKNOWN } from '../../hub/format.ts';
import { isAbnormal } from '../../hub/lock-words.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { AgentCell } from './agent-cell.tsx';
import { LeaseCell } from './lease-cell.tsx';
import { LockActions } from './lock-actions.tsx';
import styles from './lock-table.module.css';
import { WaitingCell } from './waiting-cell.tsx';

export interface LockLineProps {
  lockId: string;
  name: string;
  depth: number;
  elsewhere: number;
  /** Below its holder the holder is not said again. */
  withHolder: boolean;
  index: number;
  onRelease: (lockId: string) => void;
}

/** All fences of a ledger begin with the same number; what tells them apart comes after it. */
const shortFence = (fence: string): string => fence.slice(fence.indexOf('.') + 1);

/** What for: the task and the words of its holder. */
function Why({ lock: { taskId, reason } }: { lock: LockRecord }) {
  const { open } = useNavigation();
  if (taskId === undefined && reason === undefined) return null;
  const words = visibleText(reason ?? '');
  return (
    <p className={styles.why} title={words}>
      {taskId !== undefined && (
        <button type="button" className={styles.link} onClick={() => open({ kind: 'task', id: taskId })}>
          {taskId}
        </button>
      )}{' '}
      {words}
    </p>
  );
}

/** A lock at one of its paths. One that ended while its place was held stays there as what it was. */
export const LockLine = memo(function LockLine(props: LockLineProps) {
  const { lockId, name, depth, elsewhere, withHolder, index, onRelease } = props;
  const current = useRecord('lock', lockId);
  const last = useRef(current);
  last.current = current ?? last.current;
  const lock = last.current;
  const holder = useRecord('agent', lock?.holder ?? '');
  const { open, peek } = useNavigation();
  if (lock === undefined) return null;
  const gone = current === undefined;
  const abnormal = !gone && isAbnormal(lock, holder);
  const paths = visibleText(lock.paths.join('\n'));
  return (
    <tr
      className={styles.lock}
      data-testid="lock-row"
      data-entity={`lock:${lockId}`}
      data-abnormal={abnormal || undefined}
      data-gone={gone || undefined}
      data-selected={(peek?.kind === 'lock' && peek.id === lockId) || undefined}
      aria-rowindex={index + 2}
    >
      <th scope="row" className={styles.name} style={{ paddingInlineStart: 8 + depth * 16 }}>
        <button
          type="button"
          className={styles.open}
          data-row
          title={paths}
          onClick={() => open({ kind: 'lock', id: lockId })}
        >
          <span className={styles.path}>{name}</span>
        </button>{' '}
        {elsewhere > 0 && (
          <span className={styles.tally} title={paths}>
            {lockId}, {elsewhere + 1} paths
          </span>
        )}{' '}
        {lock.mode === 'shared' && <Badge title="Others may share it too">shared</Badge>}
        <Why lock={lock} />
      </th>
      {withHolder && (
        <td className={styles.holder}>
          <AgentCell id={lock.holder} />
        </td>
      )}
      <td className={styles.since}>
        <Age at={lock.since} />
      </td>
      <td className={styles.lease}>{gone ? 'released' : <LeaseCell lock={lock} />}</td>
      <td className={styles.waiting}>{gone ? UNKNOWN : <WaitingCell lock={lock} />}</td>
      <td className={styles.fence} title={`Fence ${lock.fence}`}>
        {shortFence(lock.fence)}
      </td>
      <td className={styles.actions}>{abnormal && <LockActions lock={lock} onRelease={onRelease} />}</td>
    </tr>
  );
});

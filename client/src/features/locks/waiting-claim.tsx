import type { LockRecord } from '@signalbox/shared/records/lock';
import { memo, useRef } from 'react';
import { Age } from '../../hub/age.tsx';
import { formatDuration } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useIds, useRecord } from '../../hub/use-hub.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { AgentCell } from './agent-cell.tsx';
import { LeaseCell } from './lease-cell.tsx';
import { LockActions } from './lock-actions.tsx';
import { pathsLine } from './rows.ts';
import styles from './waits-view.module.css';

/** A holder that waits in line itself: the way to the end of the wait leads over it. */
function WaitsItself({ agentId }: { agentId: string }) {
  const claims = useIds(`waiter.agent:${agentId}`);
  const { open } = useNavigation();
  const [first] = claims;
  if (first === undefined) return null;
  return (
    <span>
      and waits itself as <Chip label={first} onOpen={() => open({ kind: 'waiter', id: first })} />
    </span>
  );
}

interface ObstacleProps {
  id: string;
  onRelease: (lockId: string) => void;
}

function HeldLock({ lock, onRelease }: { lock: LockRecord; onRelease: ObstacleProps['onRelease'] }) {
  const { open } = useNavigation();
  return (
    <>
      <span>behind</span>
      <Chip label={lock.id} onOpen={() => open({ kind: 'lock', id: lock.id })} />
      <span className={styles.why}>{pathsLine(lock.paths)}</span>
      <span>held by</span>
      <AgentCell id={lock.holder} />
      <WaitsItself agentId={lock.holder} />
      <span className={styles.lease}>
        <LeaseCell lock={lock} />
      </span>
      {lock.reason !== undefined && <span className={styles.why}>“{visibleText(lock.reason)}”</span>}
      <LockActions lock={lock} onRelease={onRelease} />
    </>
  );
}

/** A lock, or a claim that came earlier. */
function Obstacle({ id, onRelease }: ObstacleProps) {
  const lock = useRecord('lock', id);
  const ahead = useRecord('waiter', id);
  const { open } = useNavigation();
  if (lock === undefined && ahead === undefined) return null;
  return (
    <li className={styles.obstacle}>
      {lock !== undefined && <HeldLock lock={lock} onRelease={onRelease} />}
      {lock === undefined && ahead !== undefined && (
        <>
          <span>behind</span>
          <Chip label={id} onOpen={() => open({ kind: 'waiter', id })} />
          <span>of</span>
          <AgentCell id={ahead.agentId} />
          <span>, earlier in line for</span>
          <span className={styles.why}>{pathsLine(ahead.paths)}</span>
        </>
      )}
    </li>
  );
}

/** A claim that waits, and what it waits for. One that got its turn while its place was held says so. */
export const WaitingClaim = memo(function WaitingClaim({ id, onRelease }: ObstacleProps) {
  const current = useRecord('waiter', id);
  const granted = useRecord('lock', id);
  const last = useRef(current);
  last.current = current ?? last.current;
  const claim = last.current;
  const givesUpIn = useUntilClock(claim?.waitClock);
  const { open, peek } = useNavigation();
  if (claim === undefined) return null;
  const gone = current === undefined;
  return (
    <li
      className={styles.claim}
      data-testid="wait-row"
      data-entity={`waiter:${id}`}
      data-gone={gone || undefined}
      data-selected={(peek?.kind === 'waiter' && peek.id === id) || undefined}
    >
      <div className={styles.head}>
        <AgentCell id={claim.agentId} />
        <span>
          {gone ? 'waited' : 'waits'}{' '}
          <strong>
            <Age at={claim.since} />
          </strong>{' '}
          for
        </span>
        <button
          type="button"
          className={styles.open}
          data-row
          title={visibleText(claim.paths.join('\n'))}
          onClick={() => open({ kind: granted === undefined ? 'waiter' : 'lock', id })}
        >
          {pathsLine(claim.paths)}
        </button>
        {claim.reason !== undefined && <span className={styles.why}>“{visibleText(claim.reason)}”</span>}
        <span className={styles.end}>
          {gone
            ? granted === undefined
              ? 'waits no more'
              : 'has it now'
            : givesUpIn !== null && `gives up in ${formatDuration(givesUpIn)}`}
        </span>
      </div>
      {!gone && (
        <ul className={styles.obstacles}>
          {claim.blockedBy.map((lockId) => (
            <Obstacle key={lockId} id={lockId} onRelease={onRelease} />
          ))}
        </ul>
      )}
    </li>
  );
});

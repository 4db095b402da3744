import type { TaskRecord } from '@signalbox/shared/records/task';
import { formatDateTime, formatTime } from '../../hub/format.ts';
import type { PeekTarget } from '../../hub/navigation.ts';
import { useNow } from '../../hub/use-hub.ts';
import { Chip } from '../../ui/badge.tsx';
import styles from './peek.module.css';
import { attemptOutcome, attemptTook } from './task-facts.ts';

/** Who had the task, from where on, and how that ended; newest first. */
export function Attempts({ task, onOpen }: { task: TaskRecord; onOpen: (target: PeekTarget) => void }) {
  const now = useNow();
  if (task.attempts.length === 0) return <p>Nobody has had it yet.</p>;
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Agent</th>
            <th scope="col">From</th>
            <th scope="col">Took</th>
            <th scope="col">Ended</th>
          </tr>
        </thead>
        <tbody>
          {[...task.attempts].reverse().map((attempt) => (
            <tr key={attempt.attempt} data-testid="attempt">
              <th scope="row">{attempt.attempt}</th>
              <td>
                <Chip label={attempt.agentId} onOpen={() => onOpen({ kind: 'agent', id: attempt.agentId })} />
              </td>
              <td title={formatDateTime(attempt.at)}>
                {formatTime(attempt.at)}
                {attempt.fromCheckpoint && <span className={styles.word}> from checkpoint</span>}
              </td>
              <td>{attemptTook(attempt, now)}</td>
              <td>{attemptOutcome(attempt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

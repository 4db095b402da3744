import { memo } from 'react';
import { Age } from '../../hub/age.tsx';
import { formatMinute, formatPercent, UNKNOWN } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { lastReport } from '../../hub/task-progress.ts';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { useNow, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './running-tasks.module.css';
import { useRunning } from './use-running.ts';

const SHOWN = 12;

const RunningTask = memo(function RunningTask({ id }: { id: string }) {
  const task = useRecord('task', id);
  const { open } = useNavigation();
  const now = useNow();
  // While the order is held for the pointer, one may end in it.
  if (task?.status !== 'in_progress') return null;
  const { etaAt, assignee } = task;
  const report = lastReport(task, now);
  return (
    <li className={styles.task} data-testid="running-task" data-entity={`task:${id}`}>
      <button type="button" className={styles.open} onClick={() => open({ kind: 'task', id })}>
        <span className={styles.id}>{id}</span> {visibleText(task.title)}
      </button>
      <ProgressBar label={`Progress of ${id}`} value={report?.percent ?? null} old={report?.old ?? false} />
      <span className={styles.percent}>{formatPercent(report?.percent)}</span>
      <span className={styles.said}>
        {assignee ?? UNKNOWN}
        {report === null ? ' · not reported yet' : <Age at={report.at} prefix=" · reported " suffix=" ago" />}
        {etaAt !== undefined && <span title={task.etaBasis}> · ≈ {formatMinute(etaAt)}</span>}
      </span>
    </li>
  );
});

/** One bar per task that runs now: how far, who says so and when; who reported last stands first. */
export function RunningTasks() {
  const running = useRunning();
  const { ids, holder } = useHeldOrder(running, '');
  return (
    <div {...holder}>
      {running.length === 0 && <p className={styles.none}>No task is running.</p>}
      <ul className={styles.tasks}>
        {ids.slice(0, SHOWN).map((id) => (
          <RunningTask key={id} id={id} />
        ))}
      </ul>
      {running.length > SHOWN && <p className={styles.none}>and {running.length - SHOWN} more, on the Tasks page</p>}
    </div>
  );
}

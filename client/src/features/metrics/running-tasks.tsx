import { memo } from 'react';
import { Age } from '../../hub/age.tsx';
import { formatMinute, formatPercent } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { lastReport } from '../../hub/task-progress.ts';
import { useIds, useNow, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './running-tasks.module.css';

const SHOWN = 12;

const RunningTask = memo(function RunningTask({ id }: { id: string }) {
  const task = useRecord('task', id);
  const { open } = useNavigation();
  const now = useNow();
  if (task === undefined) return null;
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
        {assignee ?? '—'}
        {report === null ? ' · not reported yet' : <Age at={report.at} prefix=" · reported " suffix=" ago" />}
        {etaAt !== undefined && <span title={task.etaBasis}> · ≈ {formatMinute(etaAt)}</span>}
      </span>
    </li>
  );
});

/** One bar per task that runs now: how far, who says so and when. */
export function RunningTasks() {
  const ids = useIds('task.status:in_progress');
  if (ids.length === 0) return <p className={styles.none}>No task is running.</p>;
  return (
    <>
      <ul className={styles.tasks}>
        {ids.slice(0, SHOWN).map((id) => (
          <RunningTask key={id} id={id} />
        ))}
      </ul>
      {ids.length > SHOWN && <p className={styles.none}>and {ids.length - SHOWN} more, on the Tasks page</p>}
    </>
  );
}

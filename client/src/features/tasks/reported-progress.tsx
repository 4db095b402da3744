import type { TaskRecord } from '@signalbox/shared/records/task';
import { Age } from '../../hub/age.tsx';
import { formatDateTime, formatMinute, formatPercent } from '../../hub/format.ts';
import { lastReport } from '../../hub/task-progress.ts';
import { useNow } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './reported-progress.module.css';

/** How far a task is, who says so and when; nothing is drawn as 0 that nobody has reported. */
export function ReportedProgress({ task }: { task: TaskRecord }) {
  const now = useNow();
  const { activity, etaAt } = task;
  const report = lastReport(task, now);
  const step =
    activity?.step === undefined
      ? ''
      : `[${activity.step}${activity.total === undefined ? '' : `/${activity.total}`}] `;
  return (
    <div className={styles.progress}>
      <div className={styles.line}>
        <ProgressBar label={`Progress of ${task.id}`} value={report?.percent ?? null} old={report?.old ?? false} />
        <span className={styles.percent}>{formatPercent(report?.percent)}</span>
      </div>
      <p className={styles.said}>
        <span className={styles.who}>{task.assignee ?? '—'}</span>{' '}
        {report === null ? <span>· not reported yet</span> : <Age at={report.at} prefix="· reported " suffix=" ago" />}
        {etaAt !== undefined && (
          <>
            {' '}
            <span title={`${formatDateTime(etaAt)}${task.etaBasis === undefined ? '' : `, from ${task.etaBasis}`}`}>
              · ≈ {formatMinute(etaAt)}
            </span>
          </>
        )}
      </p>
      {activity !== undefined && (
        <p
          className={styles.activity}
          title={activity.next === undefined ? undefined : `next: ${visibleText(activity.next)}`}
        >
          {step}
          {visibleText(activity.doing)}
        </p>
      )}
    </div>
  );
}

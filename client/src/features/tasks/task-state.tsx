import type { TaskRecord } from '@signalbox/shared/records/task';
import { Age } from '../../hub/age.tsx';
import { formatDuration } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { whyNotMoving } from '../../hub/task-waiting.ts';
import { useSurroundings } from '../../hub/use-surroundings.ts';
import { SentenceText } from '../../ui/sentence.tsx';
import { ReportedProgress } from './reported-progress.tsx';
import styles from './task-state.module.css';

/** The sentence that says why a task is not moving. Nothing while it is. */
export function WhyNot({ task }: { task: TaskRecord }) {
  const { open } = useNavigation();
  const sentence = whyNotMoving(task, useSurroundings());
  if (sentence === null) return null;
  return (
    <p className={styles.why}>
      <SentenceText parts={sentence} onOpen={open} />
    </p>
  );
}

/** What there is to say about a task where it stands: how far it is, why it waits, or how it ended. */
export function TaskState({ task }: { task: TaskRecord }) {
  if (task.status === 'completed') {
    const { startedAt, finishedAt } = task;
    return (
      <p className={styles.done}>
        <span className={styles.who}>{task.assignee ?? '—'}</span>
        {startedAt !== undefined && finishedAt !== undefined && ` · took ${formatDuration(finishedAt - startedAt)}`}
        <Age at={finishedAt} prefix=" · " suffix=" ago" />
      </p>
    );
  }
  return (
    <>
      {task.status === 'in_progress' && <ReportedProgress task={task} />}
      <WhyNot task={task} />
    </>
  );
}

/** `failed 1/3`, `attempt 2`: said only when a task did not go through at the first try. */
export function triesOf(task: TaskRecord): string | null {
  if (task.failures > 0) return `failed ${task.failures}/${task.maxAttempts}`;
  return task.attempt > 1 ? `attempt ${task.attempt}` : null;
}

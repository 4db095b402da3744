import type { TaskRecord } from '@signalbox/shared/records/task';
import { useCan, useCommand } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import styles from './task-actions.module.css';

const FIRST_FIX = {
  failed: { command: 'task.retry', word: 'Retry' },
  blocked: { command: 'task.unblock', word: 'Unblock' },
} as const;

/** A task blocked by another is helped there, not here. */
function firstFixOf({ status, waiting }: TaskRecord) {
  if (status === 'failed') return FIRST_FIX.failed;
  return status === 'blocked' && waiting === undefined ? FIRST_FIX.blocked : undefined;
}

/** The one press that helps most often, in the row itself. All actions are in the task's panel. */
export function FirstFix({ task }: { task: TaskRecord }) {
  const can = useCan();
  const { run, pending, error, disabled } = useCommand(['task', task.id]);
  const fix = firstFixOf(task);
  if (fix === undefined || !can(fix.command)) return null;
  return (
    <span className={styles.fix}>
      <Button
        size="small"
        pending={pending}
        unavailable={disabled ? 'Available when live' : undefined}
        onClick={() => void run(fix.command, { taskId: task.id })}
        aria-label={`${fix.word} ${task.id}`}
      >
        {pending ? 'Sending…' : fix.word}
      </Button>
      {error !== null && (
        <span className={styles.error} role="alert">
          {error.message}
        </span>
      )}
    </span>
  );
}

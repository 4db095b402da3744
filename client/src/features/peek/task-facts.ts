import type { TaskRecord, TaskStatus } from '@signalbox/shared/records/task';
import { formatDuration, UNKNOWN } from '../../hub/format.ts';

export type TaskAction = 'task.retry' | 'task.unblock' | 'task.assign' | 'task.accept' | 'task.reject' | 'task.cancel';

const ACTIONS: Record<TaskStatus, readonly TaskAction[]> = {
  pending: ['task.assign', 'task.cancel'],
  in_progress: ['task.assign', 'task.cancel'],
  needs_review: ['task.accept', 'task.reject', 'task.cancel'],
  blocked: ['task.unblock', 'task.cancel'],
  failed: ['task.retry', 'task.cancel'],
  cancelled: ['task.retry'],
  completed: [],
};
/** What the hub refuses, or what would change nothing, while a dependency stands in the way. */
const USELESS_BEFORE_DEPENDENCY: readonly TaskAction[] = ['task.assign', 'task.unblock'];

/** What a person can do about a task as it is. */
export function offeredActions(task: Pick<TaskRecord, 'status' | 'waiting'>): readonly TaskAction[] {
  const actions = ACTIONS[task.status];
  return task.waiting?.code === 'DEPENDENCY'
    ? actions.filter((action) => !USELESS_BEFORE_DEPENDENCY.includes(action))
    : actions;
}

type Attempt = TaskRecord['attempts'][number];

/** How long an attempt took, or that it still runs. */
export function attemptTook(attempt: Attempt, now: number): string {
  if (attempt.endedAt !== undefined) return formatDuration(attempt.endedAt - attempt.at);
  return now === 0 ? UNKNOWN : `${formatDuration(now - attempt.at)} so far`;
}

/** How an attempt ended, in words. */
export const attemptOutcome = (attempt: Attempt): string => {
  if (attempt.outcome !== undefined) return attempt.outcome.replaceAll('_', ' ').toLowerCase();
  return attempt.endedAt === undefined ? 'under way' : UNKNOWN;
};

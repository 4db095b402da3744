import type { TaskRecord, TaskStatus } from '@signalbox/shared/records/task';
import { naturalOrder } from '../../hub/natural-order.ts';

export const SORTS = ['status', 'task', 'priority', 'owner', 'progress', 'age'] as const;
export type Sort = (typeof SORTS)[number];

/** What a person can change stands before what is done. */
const STATUS_ORDER: Record<TaskStatus, number> = {
  failed: 0,
  blocked: 1,
  needs_review: 2,
  in_progress: 3,
  pending: 4,
  completed: 5,
  cancelled: 6,
};

/** When the task came to where it is: finished, started or created. */
export const sinceAt = (task: TaskRecord): number => task.finishedAt ?? task.startedAt ?? task.createdAt;

const COMPARE: Record<Sort, (a: TaskRecord, b: TaskRecord) => number> = {
  status: (a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status] || a.priority - b.priority,
  task: () => 0,
  priority: (a, b) => a.priority - b.priority || STATUS_ORDER[a.status] - STATUS_ORDER[b.status],
  owner: (a, b) => naturalOrder(a.assignee ?? '\uffff', b.assignee ?? '\uffff'),
  progress: (a, b) => b.progress - a.progress,
  age: (a, b) => sinceAt(a) - sinceAt(b),
};

export const sortTasks = (tasks: readonly TaskRecord[], sort: Sort): TaskRecord[] =>
  [...tasks].sort((a, b) => COMPARE[sort](a, b) || naturalOrder(a.id, b.id));

import type { TaskRecord, TaskStatus } from '@signalbox/shared/records/task';
import { naturalOrder } from '../../hub/natural-order.ts';

const DAY_MS = 24 * 3_600_000;

export interface Column {
  status: TaskStatus;
  title: string;
  /** Shown without tasks too: work passes through it every day. */
  always: boolean;
}

/** From left to right the way of a task; what went wrong stands at the end and only when there is any. */
export const COLUMNS: readonly Column[] = [
  { status: 'pending', title: 'Pending', always: true },
  { status: 'blocked', title: 'Blocked', always: true },
  { status: 'in_progress', title: 'In progress', always: true },
  { status: 'needs_review', title: 'Needs review', always: false },
  { status: 'completed', title: 'Done, 24 h', always: true },
  { status: 'failed', title: 'Failed', always: false },
  { status: 'cancelled', title: 'Cancelled, 24 h', always: false },
];

/** One below the other, what waits for a person comes first and what is done last. */
const NARROW_ORDER: readonly TaskStatus[] = [
  'failed',
  'blocked',
  'needs_review',
  'in_progress',
  'pending',
  'completed',
  'cancelled',
];
export const NARROW_COLUMNS: readonly Column[] = [...COLUMNS].sort(
  (a, b) => NARROW_ORDER.indexOf(a.status) - NARROW_ORDER.indexOf(b.status),
);

const byPriority = (a: TaskRecord, b: TaskRecord): number => a.priority - b.priority || naturalOrder(a.id, b.id);
const newestFirst = (a: TaskRecord, b: TaskRecord): number =>
  (b.finishedAt ?? 0) - (a.finishedAt ?? 0) || naturalOrder(b.id, a.id);
const FLEETING: readonly TaskStatus[] = ['completed', 'cancelled'];

/** The tasks of one column in the order in which they are shown: open ones by urgency, finished ones newest first. */
export function inColumn(status: TaskStatus, tasks: readonly TaskRecord[], now: number): TaskRecord[] {
  const finished = status === 'completed' || status === 'failed' || status === 'cancelled';
  const recent = (task: TaskRecord) => now === 0 || now - (task.finishedAt ?? now) <= DAY_MS;
  return tasks
    .filter((task) => task.status === status && (!FLEETING.includes(status) || recent(task)))
    .sort(finished ? newestFirst : byPriority);
}

/** Whether every word of the filter is somewhere in what names the task. */
export function matches(task: TaskRecord, query: string): boolean {
  const text = [task.id, task.title, task.type, task.status, task.assignee ?? '', ...task.files]
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

import type { TaskRecord } from '@signalbox/shared/records/task';

/** After this long a report says little about now. */
const OLD_REPORT_MS = 10 * 60_000;

export interface Report {
  /** 0–100 */
  percent: number;
  at: number;
  old: boolean;
}

/** What the agent last said about its progress; null before it said anything: unknown, not 0. */
export function lastReport(task: TaskRecord, now: number): Report | null {
  const { progress, progressAt } = task;
  if (progressAt === undefined) return null;
  return { percent: progress, at: progressAt, old: task.status === 'in_progress' && now - progressAt > OLD_REPORT_MS };
}

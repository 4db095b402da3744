import type { TaskRecord } from '@signalbox/shared/records/task';

/** After this long a report says little about now. */
const OLD_REPORT_MS = 10 * 60_000;

export interface Report {
  /** 0–100 */
  percent: number;
  at: number;
  old: boolean;
}

/**
 * What the agent last said about its progress. The hub stamps the start of a task too, which nobody has said: without a
 * report after it the progress is unknown, not 0.
 */
export function lastReport(task: TaskRecord, now: number): Report | null {
  const { progress, progressAt, startedAt } = task;
  if (progressAt === undefined || (progress === 0 && progressAt === startedAt)) return null;
  return { percent: progress, at: progressAt, old: task.status === 'in_progress' && now - progressAt > OLD_REPORT_MS };
}

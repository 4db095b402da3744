import { z } from 'zod';
import { DAY_MS } from './time.ts';

/** How long what is over stays at hand, by the wall clock. The history keeps it as far back as the log reaches. */
export const RETENTION_DEFAULTS = {
  /** Completed, failed and cancelled tasks, with their texts and checkpoints. */
  finishedTasksMs: 7 * DAY_MS,
  /** Messages everybody has acknowledged, from when they were sent. */
  ackedMessagesMs: DAY_MS,
  /** Agents that left, and lost ones since somebody has acknowledged it. */
  leftAgentsMs: DAY_MS,
  /** Questions that were answered or withdrawn. */
  answeredQuestionsMs: 7 * DAY_MS,
  /** Directives that are done or expired, with their receipts, from when they were sent. */
  pastDirectivesMs: 7 * DAY_MS,
  /** Alarms that were over before anybody acknowledged them. */
  pastAlarmsMs: 7 * DAY_MS,
};
export type Retention = typeof RETENTION_DEFAULTS;

const kept = z
  .int()
  .min(1_000)
  .max(365 * DAY_MS)
  .optional();

/** What a project wants otherwise than the defaults. */
export const retention = z.strictObject({
  finishedTasksMs: kept,
  ackedMessagesMs: kept,
  leftAgentsMs: kept,
  answeredQuestionsMs: kept,
  pastDirectivesMs: kept,
  pastAlarmsMs: kept,
}) satisfies z.ZodType<{ [K in keyof Retention]?: number | undefined }>;

/** A message to somebody who is gone for good stays this long: somebody may want to know that it was never read. */
export const DEAD_MESSAGES_MS = 7 * DAY_MS;

/**
 * At most so many of each kind stay, the newest, however young: a fleet that finishes twenty tasks a second would fill
 * the memory long before a week is over, and every control room with it.
 */
export const KEPT_AT_MOST = {
  task: 20_000,
  message: 20_000,
  agent: 5_000,
  question: 5_000,
  directive: 2_000,
  alarm: 2_000,
} as const;

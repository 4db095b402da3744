import { z } from 'zod';
import { taskId } from '../ids.ts';
import { RESULT_MAX_BYTES } from '../limits.ts';
import { claimPath } from '../paths.ts';
import { line, text, utf8Bytes } from '../text.ts';
import { activity, capabilities, usage } from './agent.ts';
import { at, clock, link, recordBase } from './base.ts';

export const TASK_STATUSES = [
  'pending',
  'in_progress',
  'needs_review',
  'completed',
  'blocked',
  'failed',
  'cancelled',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];
/** Statuses a task never leaves except by `task.retry`. */
export const isFinished = (status: TaskStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

export const WAIT_CODES = ['DEPENDENCY', 'LOCK', 'NO_AGENT', 'BACKOFF', 'PAUSED'] as const;

export const priority = z.int().min(1).max(4);

/** What whoever creates a task says about it. */
export const taskFields = {
  title: line(200),
  description: text(32 * 1024).optional(),
  type: line(40).optional(),
  priority: priority.optional(),
  dependencies: z.array(z.string().min(1).max(80)).max(200).optional(),
  files: z.array(claimPath).max(200).optional(),
  requires: capabilities.optional(),
  estimatedMinutes: z.number().positive().max(100_000).optional(),
  maxAttempts: z.int().min(1).max(20).optional(),
  review: z.boolean().optional(),
};

export const taskResult = z
  .strictObject({
    summary: text(RESULT_MAX_BYTES),
    commit: line(80).optional(),
    branch: line(255).optional(),
    files: z.array(z.string().min(1).max(512)).max(1_000).optional(),
    links: z.array(link).max(20).optional(),
  })
  .refine(
    (result) => utf8Bytes(JSON.stringify(result)) <= RESULT_MAX_BYTES,
    `at most ${RESULT_MAX_BYTES} bytes as JSON`,
  );
export type TaskResult = z.infer<typeof taskResult>;

export const taskRecord = z.object({
  ...recordBase('task', taskId),
  title: z.string(),
  type: z.string(),
  priority,
  dependencies: z.array(taskId),
  files: z.array(z.string()),
  requires: capabilities,
  estimatedMinutes: z.number().nullable(),
  review: z.boolean(),
  status: z.enum(TASK_STATUSES),
  waiting: z.object({ code: z.enum(WAIT_CODES), on: z.string() }).optional(),
  assignee: z.string().nullable(),
  /** The fence of the assignee: grows with every assignment. */
  attempt: z.int(),
  failures: z.int(),
  /** Agents lost in a row while they had the task. */
  losses: z.int(),
  maxAttempts: z.int(),
  progress: z.number().min(0).max(100),
  progressAt: at.optional(),
  activity: activity.optional(),
  etaAt: at.optional(),
  etaBasis: z.string().optional(),
  checkpoint: z.object({ note: z.string().optional(), at, bytes: z.int(), attempt: z.int() }).optional(),
  /** Only in replies about this one task; long text is kept out of lists and frames. */
  description: z.string().optional(),
  result: taskResult.optional(),
  /** The tail of the log the last failure came with; only in replies about this one task. */
  log: z.string().optional(),
  reason: z.string().optional(),
  createdBy: z.string(),
  createdAt: at,
  startedAt: at.optional(),
  finishedAt: at.optional(),
  /** When, after its making, it last came to be critical and blocked or with nobody, and not because it is meant to wait. */
  unattendedAt: at.optional(),
  /** A pending task with an assignee must be started before this. */
  startByClock: clock.optional(),
  /** A retry is not given out before this. */
  notBeforeClock: clock.optional(),
  /** Since when some of those that wait for it have yet to hear what became of it: very many do so one part after another. */
  gateClock: clock.optional(),
  /** Who had it and how that ended, newest last, at most 20. */
  attempts: z.array(
    z.object({
      attempt: z.int(),
      agentId: z.string(),
      at,
      endedAt: at.optional(),
      outcome: z.string().optional(),
      fromCheckpoint: z.boolean(),
      /** How far the checkpoint it went on from was. */
      fromProgress: z.number().optional(),
      /** Totals of the agent when it started this, and what was used in it, where that can be told. */
      usedBefore: usage.optional(),
      used: usage.optional(),
    }),
  ),
  bodies: z.object({
    description: z.string().optional(),
    result: z.string().optional(),
    checkpoint: z.string().optional(),
    log: z.string().optional(),
  }),
});
export type TaskRecord = z.infer<typeof taskRecord>;

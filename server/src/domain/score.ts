import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Draft, View } from './view.ts';

/** Fewer samples say nothing. */
const SAMPLES_NEEDED = 5;
/** The fleet's mean counts as so many samples: one bad day of a newcomer is not its character. */
const SHRINKAGE = 5;

const COMPLETED = 60;
const FIRST_TRY = 20;
const IN_TIME = 20;
const MINUTE_MS = 60_000;

/**
 * What a completed task is worth, 0–100: that it is complete, that this agent needed one try, and how its time compares
 * with the estimate. Without an estimate the first two are the whole.
 */
export function pointsOf(task: TaskRecord, agentId: string, at: number): number {
  const tries = task.attempts.filter(
    (entry) => entry.agentId === agentId && (entry.outcome === 'failed' || entry.outcome === 'submitted'),
  );
  // What was handed in and accepted is no failed try.
  const failedTries = tries.filter((entry) => entry.attempt < task.attempt);
  const quality = COMPLETED + (failedTries.length === 0 ? FIRST_TRY : 0);
  const begun = task.startedAt ?? at;
  const ended = task.attempts.find(({ attempt }) => attempt === task.attempt)?.endedAt ?? at;
  if (task.estimatedMinutes === null) return Math.round((quality * 100) / (COMPLETED + FIRST_TRY));
  const estimateMs = task.estimatedMinutes * MINUTE_MS;
  return Math.round(quality + IN_TIME * Math.min(1, estimateMs / Math.max(1, ended - begun)));
}

/** The agent with one more sample: the points of a completed task, or 0 for one that failed, was lost or sent back. */
export function scored(view: View, agent: AgentRecord, points: number): AgentRecord {
  const n = agent.score.n + 1;
  const total = (agent.points ?? 0) + points;
  const mean = view.market.meanScore ?? points;
  const value = Math.round(((total + SHRINKAGE * mean) / (n + SHRINKAGE)) * 10) / 10;
  return { ...agent, points: total, score: { value: n < SAMPLES_NEEDED ? null : value, n } };
}

/** A task it had failed, was sent back, or was lost with it. */
export function countFailure(draft: Draft, agentId: string): void {
  const agent = draft.get('agent', agentId);
  if (agent !== undefined) draft.put(scored(draft, agent, 0));
}

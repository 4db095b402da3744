import type { AgentRecord, Usage } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { View } from './view.ts';

type Attempt = TaskRecord['attempts'][number];

export const NO_USAGE: Usage = { tokensIn: 0, tokensOut: 0, costUsd: 0 };

/** Dollars to the millionth: sums of fractions have no tail. */
const toMicros = (usd: number): number => Math.round(usd * 1e6) / 1e6;

export const addUsage = (a: Usage, b: Usage): Usage => ({
  tokensIn: a.tokensIn + b.tokensIn,
  tokensOut: a.tokensOut + b.tokensOut,
  costUsd: toMicros(a.costUsd + b.costUsd),
});

/** What the agent had used when it started an attempt. */
export const usageAtStart = (agent: AgentRecord | undefined): Pick<Attempt, 'usedBefore'> =>
  agent?.usage === undefined ? {} : { usedBefore: agent.usage };

/**
 * The attempt with what it used, by the totals of its agent. Nothing is known when these started anew or none were
 * reported, and of an agent with several tasks at once nobody can tell which of them used it.
 */
export function withUsage(view: View, attempt: Attempt): Attempt {
  const { usedBefore = NO_USAGE, ...ended } = attempt;
  const agent = view.get('agent', attempt.agentId);
  if (agent?.usage === undefined || agent.maxTasks > 1) return ended;
  const used = {
    tokensIn: agent.usage.tokensIn - usedBefore.tokensIn,
    tokensOut: agent.usage.tokensOut - usedBefore.tokensOut,
    costUsd: toMicros(agent.usage.costUsd - usedBefore.costUsd),
  };
  return Math.min(used.tokensIn, used.tokensOut, used.costUsd) < 0 ? ended : { ...ended, used };
}

/** Of all attempts of which it is known; undefined when it is of none. */
export function usageOf({ attempts }: Pick<TaskRecord, 'attempts'>): Usage | undefined {
  const known = attempts.flatMap(({ used }) => used ?? []);
  return known.length === 0 ? undefined : known.reduce(addUsage);
}

import type { AgentRecord } from '@signalbox/shared/records/agent';
import { formatNumber, UNKNOWN } from '../../hub/format.ts';
import { formatCountdown } from '../../hub/ledger-time.ts';

/** `[3/7] run tests — next: lint`, or a dash while nothing was said. */
export function activityLine(activity: AgentRecord['activity']): string {
  if (activity === undefined) return UNKNOWN;
  const step =
    activity.step === undefined ? '' : `[${activity.step}${activity.total === undefined ? '' : `/${activity.total}`}] `;
  const next = activity.next === undefined ? '' : ` — next: ${activity.next}`;
  return `${step}${activity.doing}${next}`;
}

/** Below this many tasks a score says nothing. */
const SCORE_MIN_N = 5;

export function scoreLine({ value, n }: AgentRecord['score']): string {
  if (value === null) return UNKNOWN;
  return n < SCORE_MIN_N ? `${UNKNOWN} (only ${n} finished)` : `${formatNumber(value)} (of ${n} finished)`;
}

export function usageLine(usage: AgentRecord['usage']): string {
  if (usage === undefined) return `${UNKNOWN} (not reported)`;
  return `${formatNumber(usage.tokensIn)} in, ${formatNumber(usage.tokensOut)} out, $${usage.costUsd.toFixed(2)} since it started`;
}

/** A client whose heartbeat is this old is late or lost at the hub; the words are the hub's, this only explains them. */
export const heartbeatRule = (everyMs: number): string =>
  `every ${formatCountdown(everyMs)}; late after ${formatCountdown(everyMs * 1.5)}, lost after ${formatCountdown(everyMs * 3)}`;

export function clientLine({ client, version }: AgentRecord): string {
  return client === undefined ? UNKNOWN : `${client}${version === undefined ? '' : ` ${version}`}`;
}

export function processLine({ host, pid }: AgentRecord): string {
  if (host === undefined && pid === undefined) return UNKNOWN;
  return [host, pid === undefined ? undefined : `pid ${pid}`].filter((part) => part !== undefined).join(', ');
}

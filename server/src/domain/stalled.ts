import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { Decision } from './decision.ts';
import { Load } from './load.ts';
import type { View } from './view.ts';

const MINUTE_MS = 60_000;
/** Long enough for a build, a test run or a long thought. */
const QUIET_MS = 10 * MINUTE_MS;

/**
 * Whether a working agent has shown no sign of work for too long: none of its tasks moved, it took no lock and sent no
 * message for ten minutes, or half of the longest estimate if that is more, and what it said would take long is over.
 */
export function isStalled(view: View, agent: AgentRecord, at: number): boolean {
  if (agent.state !== 'working') return false;
  const tasks = view.tasksOf(agent.id);
  const longest = Math.max(0, ...tasks.map((task) => task.estimatedMinutes ?? 0));
  const quietMs = Math.max(QUIET_MS, (longest * MINUTE_MS) / 2);
  const { activity, activityAt = 0 } = agent;
  if (at < activityAt + (activity?.expectLongMs ?? 0)) return false;
  // The cheap signs first: most agents have one of these.
  const since = at - quietMs;
  if (agent.stateAt > since || (agent.evidenceAt ?? 0) > since) return false;
  for (const { startedAt = 0, progressAt = 0, checkpoint, activity: said } of tasks) {
    if (Math.max(startedAt, progressAt, checkpoint?.at ?? 0) > since) return false;
    if (at < progressAt + (said?.expectLongMs ?? 0)) return false;
  }
  if (view.locksOf(agent.id).some((lock) => lock.since > since)) return false;
  return (view.lastMessageFrom(agent.id)?.at ?? 0) <= since;
}

/** Agents whose flag says something else than what is so. */
export function stalledChanges(view: View, at: number): AgentRecord[] {
  const found: AgentRecord[] = [];
  for (const agent of view.values('agent'))
    if (agent.stalled || agent.state === 'working') if (isStalled(view, agent, at) !== agent.stalled) found.push(agent);
  return found;
}

/** Internal: sets and clears the flag, of as many as one transaction takes. */
export const decideStalled: Decision<Record<string, never>, Record<string, never>> = (draft, _input, { at }) => {
  const load = new Load();
  for (const agent of stalledChanges(draft, at)) {
    if (load.isFull) break;
    load.add(draft.put({ ...agent, stalled: !agent.stalled }));
  }
  return {};
};

import type { AgentRecord, AgentState } from '@signalbox/shared/records/agent';
import type { RecordChange } from './record-change.ts';
import type { Draft, View } from './view.ts';

type Derived = Pick<AgentRecord, 'state' | 'taskIds'> & { waitingFor: AgentRecord['waitingFor'] };

/** The one word for an agent, from facts that are kept apart: the first that holds. */
export function deriveAgent(view: View, agent: AgentRecord): Derived {
  const tasks = view.tasksOf(agent.id);
  const claim = view.waitersOf(agent.id)[0];
  const question = view.openQuestionsOf(agent.id)[0];
  const state = ((): AgentState => {
    if (agent.presence === 'left') return 'left';
    if (agent.presence === 'lost') return 'lost';
    if (question !== undefined) return 'asking';
    if (agent.presence === 'late') return 'late';
    if (agent.paused) return 'paused';
    if (agent.draining === true) return 'draining';
    if (claim !== undefined) return 'waiting';
    return tasks.some((task) => task.status === 'in_progress') ? 'working' : 'idle';
  })();
  const waitingFor =
    claim !== undefined
      ? { kind: 'lock', id: claim.id }
      : question !== undefined
        ? { kind: 'question', id: question.id }
        : undefined;
  return { state, taskIds: tasks.map((task) => task.id), waitingFor };
}

/** Brings the agents that a decision's changes concern up to date: run after every decision. */
export function refreshAgents(draft: Draft, changes: readonly RecordChange[], at: number): void {
  const concerned = new Set<string>();
  for (const change of changes)
    for (const record of [change.before, change.after]) {
      if (record === undefined) continue;
      if (record.kind === 'task' && record.assignee !== null) concerned.add(record.assignee);
      else if (record.kind === 'waiter') concerned.add(record.agentId);
      else if (record.kind === 'question') concerned.add(record.from);
      else if (record.kind === 'agent') concerned.add(record.id);
    }
  for (const id of concerned) refreshAgent(draft, id, at);
}

export function refreshAgent(draft: Draft, agentId: string, at: number): void {
  const agent = draft.get('agent', agentId);
  if (agent === undefined) return;
  const derived = deriveAgent(draft, agent);
  const same =
    derived.state === agent.state &&
    derived.taskIds.join() === agent.taskIds.join() &&
    derived.waitingFor?.id === agent.waitingFor?.id;
  if (!same) draft.put({ ...agent, ...derived, stateAt: derived.state === agent.state ? agent.stateAt : at });
}

/** Written at most this often: what shows how fresh an agent's work is must not double what its reports cost. */
const EVIDENCE_EVERY_MS = 60_000;

/** The agent did something for its task that can be seen. */
export function noteEvidence(draft: Draft, agentId: string | null, at: number): void {
  const agent = agentId === null ? undefined : draft.get('agent', agentId);
  if (agent !== undefined && at - (agent.evidenceAt ?? 0) >= EVIDENCE_EVERY_MS) draft.put({ ...agent, evidenceAt: at });
}

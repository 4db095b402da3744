import type { AgentRecord } from '@signalbox/shared/records/agent';

/** Could be given tasks at all, now or when it is back. */
export const takesPart = (agent: AgentRecord): boolean =>
  agent.presence !== 'left' && agent.presence !== 'lost' && agent.accepts !== 'none';

/** Connected in time and not held back by a person. */
export const isPresent = (agent: AgentRecord): boolean =>
  agent.presence === 'present' && !agent.paused && agent.draining !== true;

export const hasRoom = (agent: AgentRecord): boolean => agent.taskIds.length < agent.maxTasks;

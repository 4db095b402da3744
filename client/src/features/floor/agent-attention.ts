import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { useHub, useIds } from '../../hub/use-hub.ts';

/** What makes an agent's cell change its shape: the glyph in it, and the hue where it has one. */
export interface Attention {
  glyph: '1' | '2' | '3' | '?' | '×';
  tone: 'p1' | 'p2' | 'ask' | 'ink';
  word: string;
}

const WORDS = {
  AGENT_LOST: 'lost',
  RETRY_OUT: 'retries out',
  ASK_LATE: 'answer is late',
  LOST_AGENTS: 'task lost its agents',
  CRIT_STUCK: 'critical and stuck',
  LOCK_HOT: 'many wait for it',
  BUDGET: 'budget spent',
  ACK_LATE: 'order not acknowledged',
  LOOP: 'in a loop',
} as const satisfies Record<AlarmRecord['code'], string>;

/** The alarm that decides how its subject looks. */
export const mostUrgent = (alarms: readonly AlarmRecord[]): AlarmRecord | undefined =>
  [...alarms].sort((a, b) => a.priority - b.priority)[0];

/**
 * `alarm`: the most urgent one that stands about it. Null for the normal, which stays a quiet grey. An alarm goes before
 * the question, which goes before a mere state.
 */
export function attentionOf(agent: Pick<AgentRecord, 'state'>, alarm: AlarmRecord | undefined): Attention | null {
  if (alarm !== undefined && alarm.priority === 1) return { glyph: '1', tone: 'p1', word: WORDS[alarm.code] };
  if (alarm !== undefined && alarm.priority === 2) return { glyph: '2', tone: 'p2', word: WORDS[alarm.code] };
  if (agent.state === 'asking') return { glyph: '?', tone: 'ask', word: 'asking' };
  if (alarm !== undefined) return { glyph: '3', tone: 'ink', word: WORDS[alarm.code] };
  if (agent.state === 'lost') return { glyph: '×', tone: 'ink', word: 'lost' };
  return null;
}

/** The alarm that stands about an agent, the most urgent of several. */
export function useStandingAlarm(agentId: string): AlarmRecord | undefined {
  const { db } = useHub();
  const ids = useIds(`alarm.standing:agent:${agentId}`);
  return mostUrgent(ids.map((id) => db.get('alarm', id)).filter((alarm): alarm is AlarmRecord => alarm !== undefined));
}

/** How its cell looks; undefined while the agent is not known. */
export function useAttention(agent: AgentRecord | undefined, agentId: string): Attention | null {
  const alarm = useStandingAlarm(agentId);
  return agent === undefined ? null : attentionOf(agent, alarm);
}

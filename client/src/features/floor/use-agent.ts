import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { useHub, useIds, usePresence, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { type Attention, attentionOf, useStandingAlarm } from './agent-attention.ts';

export interface AgentFacts {
  agent: AgentRecord;
  attention: Attention | null;
  task: TaskRecord | undefined;
  moreTasks: number;
  activity: AgentRecord['activity'];
  /** Paths it has claimed. */
  files: number;
  /** What it asks, or what is wrong with it; and the title of its task. Text that does not turn or hide. */
  why: string | null;
  title: string;
}

/** What a cell shows of an agent, listening to that agent alone. */
export function useAgent(id: string): AgentFacts | undefined {
  const { db } = useHub();
  const agent = useRecord('agent', id);
  const presence = usePresence(id);
  const alarm = useStandingAlarm(id);
  const locks = useIds(`lock.holder:${id}`);
  const task = useRecord('task', agent?.taskIds[0] ?? '');
  const questions = useIds(`question.openFrom:${id}`);
  if (agent === undefined) return undefined;
  const question = db.get('question', questions[0] ?? '');
  return {
    agent,
    attention: attentionOf(agent, alarm),
    task,
    moreTasks: Math.max(0, agent.taskIds.length - 1),
    activity: newestActivity([
      [task?.activity, task?.progressAt],
      [agent.activity, agent.activityAt],
      [presence?.activity, presence?.activityAt],
    ]),
    files: locks.reduce((sum, lockId) => sum + (db.get('lock', lockId)?.paths.length ?? 0), 0),
    why:
      question !== undefined
        ? visibleText(`“${question.body}”`)
        : alarm !== undefined
          ? visibleText(alarm.summary)
          : null,
    title: visibleText(task?.title ?? ''),
  };
}

type Said = readonly [activity: AgentRecord['activity'], at: number | undefined];

/** An agent says what it does in three places: with its task, of itself, and with its heartbeats. */
export function newestActivity(said: readonly Said[]): AgentRecord['activity'] {
  let newest: { activity: AgentRecord['activity']; at: number } | undefined;
  for (const [activity, at = 0] of said) {
    if (activity !== undefined && (newest === undefined || at > newest.at)) newest = { activity, at };
  }
  return newest?.activity;
}

/** `[3/7] doing — next` */
export function activityLine(activity: AgentRecord['activity']): string | null {
  if (activity === undefined) return null;
  const { step, total, doing, next } = activity;
  const steps = step === undefined ? '' : total === undefined ? `[${step}] ` : `[${step}/${total}] `;
  return visibleText(`${steps}${doing}${next === undefined ? '' : ` — ${next}`}`);
}

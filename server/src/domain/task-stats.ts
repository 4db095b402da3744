import type { CommandOutput } from '@signalbox/shared/commands';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import { TASK_STATUSES, type TaskRecord } from '@signalbox/shared/records/task';
import { DAY_MS, HOUR_MS } from '@signalbox/shared/time';
import { addUsage, NO_USAGE, usageOf } from './usage.ts';
import type { View } from './view.ts';

type Stats = CommandOutput<'task.stats'>;

const LONGEST_SHOWN = 10;

interface Asked {
  /** Of this agent only. */
  agentId: string | undefined;
  /** Wall clock. */
  at: number;
}

/** Counts and times of the tasks there are; finished ones as long as they are kept. */
export function taskStats(view: View, { agentId, at }: Asked): Stats {
  const counts = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Stats['counts'];
  const completed = { lastHour: 0, last24h: 0 };
  const running: Timed[] = [];
  const finished: Timed[] = [];
  for (const task of view.values('task')) {
    if (agentId !== undefined && task.assignee !== agentId) continue;
    counts[task.status]++;
    if (task.startedAt === undefined) continue;
    if (task.status === 'in_progress') note(running, { task, tookMs: at - task.startedAt });
    // What was given up says nothing of how long such work takes.
    else if (task.status === 'completed' && task.finishedAt !== undefined) {
      note(finished, { task, tookMs: task.finishedAt - task.startedAt });
      if (task.finishedAt > at - HOUR_MS) completed.lastHour++;
      if (task.finishedAt > at - DAY_MS) completed.last24h++;
    }
  }
  const agents = view.all('agent').filter(({ id }) => agentId === undefined || id === agentId);
  return {
    counts,
    completed,
    longestRunning: running.map(({ task, tookMs }) => ({ ...shown(task), startedAt: at - tookMs })),
    longestFinished: finished.map(({ task, tookMs }) => {
      const used = usageOf(task);
      return { ...shown(task), tookMs, ...(used !== undefined && { used }) };
    }),
    agents: agents.map(({ id, doneLast24h, score, usage }) => ({
      agentId: id,
      doneLast24h,
      score,
      ...(usage !== undefined && { usage }),
    })),
    usage: totalOf(agents),
  };
}

interface Timed {
  task: TaskRecord;
  tookMs: number;
}

const shown = ({ id, title, assignee }: TaskRecord) => ({ taskId: id, title, assignee });

/** Keeps the longest few, the longest first. */
function note(longest: Timed[], entry: Timed): void {
  const place = longest.findIndex(({ tookMs }) => tookMs < entry.tookMs);
  longest.splice(place === -1 ? longest.length : place, 0, entry);
  if (longest.length > LONGEST_SHOWN) longest.pop();
}

const totalOf = (agents: readonly AgentRecord[]): Stats['usage'] =>
  agents.reduce((sum, { usage = NO_USAGE }) => addUsage(sum, usage), NO_USAGE);

import type { Health } from '@signalbox/shared/commands/health';
import type { Counts } from '../hub/counts.ts';
import { formatDuration, formatNumber, plural } from '../hub/format.ts';

export interface SentenceFacts {
  counts: Counts;
  /** How long the oldest open question waits; null without one. */
  oldestQuestionMs: number | null;
  completedLastHour: number;
  /** The display is this much behind; null when it is not. */
  lagMs: number | null;
  /** As the hub computes it; null while it is unknown. */
  health: Health['word'];
}

export interface Sentence {
  /** Whether anything asks for a person's attention. */
  calm: boolean;
  /** What asks for attention, or that nothing does. */
  lead: string;
  /** How the fleet does. */
  rest: string;
}

const list = (parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(', ');

function fleet({ counts, oldestQuestionMs, completedLastHour }: SentenceFacts): string {
  const { agents, present, tasks } = counts;
  if (present === 0)
    return tasks.pending === 0
      ? 'No agent is here.'
      : `No agent is here; ${plural(tasks.pending, 'task')} ${tasks.pending === 1 ? 'waits' : 'wait'}.`;
  const who = list([
    `${formatNumber(agents.working)} of ${plural(present, 'agent')} working`,
    agents.waiting > 0 && `${formatNumber(agents.waiting)} waiting`,
    agents.paused > 0 && `${formatNumber(agents.paused)} paused`,
    agents.draining > 0 && `${formatNumber(agents.draining)} draining`,
    counts.stalled > 0 && `${formatNumber(counts.stalled)} stalled`,
  ]);
  const done = `${plural(completedLastHour, 'task')} done in the last hour`;
  return `${[who, done, ...(oldestQuestionMs === null ? [] : [`oldest question ${formatDuration(oldestQuestionMs)}`])].join('; ')}.`;
}

/** The state of the fleet in one line of plain language: what needs a person first, then whether work flows. */
export function statusSentence(facts: SentenceFacts): Sentence {
  const { counts, lagMs, health } = facts;
  const others = counts.alarms[2] + counts.alarms[3];
  const needs = list([
    counts.openQuestions > 0 && `${plural(counts.openQuestions, 'question')} for you`,
    counts.alarms[1] > 0 && `${formatNumber(counts.alarms[1])} critical`,
    others > 0 && plural(others, 'alarm'),
    counts.agents.lost > 0 && `${formatNumber(counts.agents.lost)} lost`,
    counts.agents.late > 0 && `${formatNumber(counts.agents.late)} late`,
  ]);
  const behind = lagMs === null ? '' : ` Display is ${formatDuration(lagMs)} behind.`;
  const rest = `${fleet(facts)}${behind}`;
  if (needs !== '') return { calm: false, lead: `${needs}.`, rest };
  if (counts.present === 0) return { calm: true, lead: '', rest };
  // What lowers the health stands beneath; it would belie the word.
  const healthy = health === null || health === 'HEALTHY';
  return { calm: healthy, lead: healthy ? 'All normal.' : 'Nothing waits for you.', rest };
}

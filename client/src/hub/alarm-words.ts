import type { AlarmCode } from '@signalbox/shared/alarms';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { formatDuration, formatMinute, UNKNOWN } from './format.ts';
import { formatCountdown } from './ledger-time.ts';
import { visibleText } from './visible-text.ts';

/** What many alarms of one code are, after their number. */
const MANY: Record<AlarmCode, string> = {
  AGENT_LOST: 'agents lost',
  RETRY_OUT: 'tasks out of retries',
  ASK_LATE: 'questions unanswered',
  LOST_AGENTS: 'tasks that lost their agents',
  CRIT_STUCK: 'critical tasks stuck',
  LOCK_HOT: 'locks that many wait for',
  BUDGET: 'budgets spent',
  ACK_LATE: 'orders not acknowledged in time',
  LOOP: 'agents going round in circles',
};

export const manyWords = (code: AlarmCode, count: number): string => `${count} ${MANY[code]}`;

/** `human:kim` as people say it. */
export const actorName = (actor: string | undefined): string => (actor ?? 'somebody').replace(/^human:/, '');

/** Whose the alarm is and what becomes of it; null while nobody has done anything. `left`: until it comes back. */
export function ownerWords(alarm: AlarmRecord, left: number | null): string | null {
  switch (alarm.state) {
    case 'unacked':
      return null;
    case 'acked':
      return `${actorName(alarm.by)} takes care of it, since ${formatMinute(alarm.ackedAt)}`;
    case 'returned':
      return 'Over by itself; nobody has acknowledged it.';
    case 'shelved': {
      const back = left === null ? UNKNOWN : left <= 0 ? 'any moment' : `in ${formatCountdown(left)}`;
      const reason = alarm.reason === undefined ? '' : `: ${visibleText(alarm.reason)}`;
      return `Shelved by ${actorName(alarm.by)}, comes back ${back}${reason}`;
    }
  }
}

/** How soon a person should act, by priority. */
export const RESPOND_WITHIN_MS: Readonly<Record<number, number>> = { 1: 5 * 60_000, 2: 30 * 60_000, 3: 8 * 3_600_000 };

export const respondWithin = (priority: number): string => formatDuration(RESPOND_WITHIN_MS[priority]);

export const alarmTone = (priority: number): 'p1' | 'p2' | 'p3' =>
  priority === 1 ? 'p1' : priority === 2 ? 'p2' : 'p3';

import { ALARM_CODES } from '@signalbox/shared/alarms';
import { numberOf } from '@signalbox/shared/ids';
import type { AnyRecord, RecordOf } from '@signalbox/shared/records';
import { isFinished } from '@signalbox/shared/records/task';
import { DEAD_MESSAGES_MS, type KEPT_AT_MOST, type Retention } from '@signalbox/shared/retention';
import { withdrawQuestions } from './agents.ts';
import type { Decision } from './decision.ts';
import type { Draft, View } from './view.ts';

/** Kinds of records that are over some day, and then go. */
export type Passing = keyof typeof KEPT_AT_MOST;
export const PASSING: readonly Passing[] = ['task', 'message', 'agent', 'question', 'directive', 'alarm'];

/** Which setting of the project says how long each stays. */
export const KEPT_FOR: Record<Passing, keyof Retention> = {
  task: 'finishedTasksMs',
  message: 'ackedMessagesMs',
  agent: 'leftAgentsMs',
  question: 'answeredQuestionsMs',
  directive: 'pastDirectivesMs',
  alarm: 'pastAlarmsMs',
};

/** When (wall clock) it was over; undefined while it is not. Of a message only its reader knows: when it was sent. */
export function overAt(record: AnyRecord): number | undefined {
  switch (record.kind) {
    case 'task':
      return isFinished(record.status) ? record.finishedAt : undefined;
    case 'message':
      return record.at;
    case 'agent':
      return record.state === 'left' || record.state === 'lost' ? record.stateAt : undefined;
    case 'question':
      return record.state === 'open' ? undefined : (record.answer?.at ?? record.at);
    case 'directive':
      return record.expired || isDone(record) ? record.at : undefined;
    case 'alarm':
      // Nobody has looked at it all the time since it was raised.
      return record.state === 'returned' ? record.raisedAt : undefined;
    default:
      return undefined;
  }
}

const isDone = ({ counts }: RecordOf<'directive'>): boolean =>
  counts.queued === undefined &&
  counts.delivered === undefined &&
  counts.read === undefined &&
  counts.acknowledged === undefined;

export interface Moment {
  at: number;
  /** What was over after this stays. */
  before: number;
  /** There are too many of them: nobody is waited for who could have acknowledged something. */
  crowded: boolean;
}

/** Is there nothing any more that needs it? */
export function mayGo(view: View, record: AnyRecord, moment: Moment): boolean {
  switch (record.kind) {
    case 'task':
      return !isWaitedFor(view, record.id);
    case 'message':
      return isRead(view, record, moment.at);
    case 'agent':
      return agentMayGo(view, record, moment);
    default:
      return true;
  }
}

/** By something unfinished. */
function isWaitedFor(view: View, taskId: string): boolean {
  for (const id of view.dependentIds(taskId)) {
    const dependent = view.get('task', id);
    if (dependent !== undefined && !isFinished(dependent.status)) return true;
  }
  return false;
}

/** By everybody it was for; whoever is gone reads nothing any more. */
function isRead(view: View, { id, recipients, at }: RecordOf<'message'>, now: number): boolean {
  const number = numberOf(id);
  const isDead = at <= now - DEAD_MESSAGES_MS;
  return recipients.every((agentId) => {
    const inbox = view.get('inbox', agentId);
    if (inbox !== undefined && (number <= inbox.cursor || inbox.acked.includes(number))) return true;
    return isDead && view.get('agent', agentId) === undefined;
  });
}

/** Nothing is its own any more; and when it was lost with something, somebody has seen that long enough ago. */
function agentMayGo(view: View, { id, state }: RecordOf<'agent'>, { before, crowded }: Moment): boolean {
  if (view.claimCount(id) > 0 || view.tasksOf(id).length > 0) return false;
  const alarm = state === 'lost' ? view.alarmOn('AGENT_LOST', id) : undefined;
  return alarm === undefined || crowded || (alarm.state === 'acked' && (alarm.ackedAt ?? before) < before);
}

export interface Forgotten {
  kind: Passing;
  ids: readonly string[];
  before: number;
  crowded: boolean;
}

/** Internal: of these goes what may, with all that belongs to it. The clock of whoever noticed them decides nothing. */
export const decideForget: Decision<Forgotten, Record<string, never>> = (draft, { kind, ids, ...limit }, { at }) => {
  for (const id of ids) {
    const record: AnyRecord | undefined = draft.get(kind, id);
    const since = record === undefined ? undefined : overAt(record);
    if (record === undefined || since === undefined || since > Math.min(limit.before, at)) continue;
    if (mayGo(draft, record, { ...limit, at })) forget(draft, record);
  }
  return {};
};

function forget(draft: Draft, record: AnyRecord): void {
  draft.remove(record.kind, record.id);
  forgetAlarms(draft, record);
  switch (record.kind) {
    case 'task':
      for (const id of Object.values(record.bodies)) if (id !== undefined) draft.remove('body', id);
      return;
    case 'message':
      draft.remove('body', record.bodies.body);
      for (const agentId of record.recipients) forgetInbox(draft, agentId);
      return;
    case 'directive':
      for (const { id } of draft.receiptsOf(record.id)) draft.remove('receipt', id);
      return;
    case 'agent':
      withdrawQuestions(draft, record);
      forgetInbox(draft, record.id);
      return;
    default:
  }
}

/** What somebody who is gone has acknowledged matters as long as there is mail for it: it may come back. */
function forgetInbox(draft: Draft, agentId: string): void {
  if (draft.get('agent', agentId) === undefined && !draft.hasMail(agentId)) draft.remove('inbox', agentId);
}

/** What they are about is gone, so there is nothing to be done about them. */
function forgetAlarms(draft: Draft, { kind, id }: AnyRecord): void {
  for (const code of ALARM_CODES) {
    const alarm = draft.alarmOn(code, id);
    if (alarm?.subject.kind === kind) draft.remove('alarm', alarm.id);
  }
}

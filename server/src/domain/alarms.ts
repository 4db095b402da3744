import { ALARMS, type AlarmCode } from '@signalbox/shared/alarms';
import { refuse } from '@signalbox/shared/errors';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { CLOCK_MARGIN_MS } from '@signalbox/shared/time';
import type { Context, DecisionOf } from './decision.ts';
import { nextId } from './numbers.ts';
import type { Draft } from './view.ts';

export interface Raise {
  code: AlarmCode;
  subject: { kind: string; id: string };
  /** Other agents it is about as much. */
  others?: string[] | undefined;
  summary: string;
}

/** Raises an alarm unless the same one stands; one that had returned is a new occurrence. */
export function raiseAlarm(draft: Draft, context: Context, raise: Raise): void {
  const standing = draft.alarmOn(raise.code, raise.subject.id);
  if (standing !== undefined && standing.state !== 'returned') return;
  if (standing !== undefined) draft.remove('alarm', standing.id);
  draft.put({
    kind: 'alarm',
    id: nextId(draft, 'A'),
    code: raise.code,
    priority: ALARMS[raise.code].priority,
    subject: raise.subject,
    others: raise.others,
    summary: raise.summary,
    raisedAt: context.at,
    state: 'unacked',
  });
}

/** Its cause is over. Nobody has seen an unacknowledged one yet, so it stays until somebody does. */
export function clearAlarm(draft: Draft, code: AlarmCode, subjectId: string): void {
  const standing = draft.alarmOn(code, subjectId);
  if (standing === undefined) return;
  if (standing.state === 'acked' || standing.state === 'shelved') draft.remove('alarm', standing.id);
  else if (standing.state === 'unacked') draft.put({ ...standing, state: 'returned' });
}

const find = (draft: Draft, alarmId: string) =>
  draft.get('alarm', alarmId) ?? refuse('NOT_FOUND', `There is no alarm ${alarmId} any more.`);

export const decideAcknowledge: DecisionOf<'alarm.acknowledge'> = (draft, { alarmId }, context) => {
  const alarm = find(draft, alarmId);
  if ('refused' in alarm) return alarm;
  const acked: AlarmRecord = {
    ...alarm,
    state: 'acked',
    by: context.actor,
    ackedAt: context.at,
    untilClock: undefined,
    reason: undefined,
  };
  if (alarm.state !== 'returned') return { alarm: draft.put(acked) };
  draft.remove('alarm', alarmId);
  return { alarm: acked };
};

export const decideShelve: DecisionOf<'alarm.shelve'> = (draft, { alarmId, forMs, reason }, context) => {
  const alarm = find(draft, alarmId);
  if ('refused' in alarm) return alarm;
  if (alarm.state === 'returned') return refuse('INVALID_STATE', `${alarmId} is over already; acknowledge it.`);
  const untilClock = context.clock + forMs + CLOCK_MARGIN_MS;
  return { alarm: draft.put({ ...alarm, state: 'shelved', by: context.actor, untilClock, reason }) };
};

export const decideUnshelve: DecisionOf<'alarm.unshelve'> = (draft, { alarmId }) => {
  const alarm = find(draft, alarmId);
  if ('refused' in alarm) return alarm;
  if (alarm.state !== 'shelved') return refuse('INVALID_STATE', `${alarmId} is not shelved.`);
  return { alarm: draft.put(unshelved(alarm)) };
};

/** A shelved alarm whose time is over stands again. */
export const unshelved = (alarm: AlarmRecord): AlarmRecord => ({
  ...alarm,
  state: 'unacked',
  by: undefined,
  ackedAt: undefined,
  untilClock: undefined,
  reason: undefined,
});

import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { type AlarmGroup, groupAlarms } from './alarm-groups.ts';
import type { EntityDb } from './entity-db.ts';
import { naturalOrder } from './natural-order.ts';
import type { RailTab } from './ui-store.ts';

/** Something that waits for a person, with the place where it can be dealt with. */
export interface AttentionItem {
  kind: 'question' | 'alarm' | 'directive';
  id: string;
  tab: RailTab;
}

const UNSETTLED = ['queued', 'delivered', 'read'] as const;

/** Open questions, the longest waiting first. */
export const openQuestionIds = (db: EntityDb): string[] =>
  [...db.ids('question.state:open')].sort(
    (a, b) => (db.get('question', a)?.at ?? 0) - (db.get('question', b)?.at ?? 0) || naturalOrder(a, b),
  );

/** Alarms that nobody has taken; many of one cause are one item. */
const newAlarms = (db: EntityDb): AlarmGroup[] =>
  groupAlarms(
    db
      .ids('alarm')
      .map((id) => db.get('alarm', id))
      .filter((alarm): alarm is AlarmRecord => alarm !== undefined),
  ).filter(({ state }) => state === 'unacked');

/** Directives that were to be acknowledged by now and are not by everybody. */
function lateDirectiveIds(db: EntityDb, clock: number): string[] {
  return db.ids('directive').filter((id) => {
    const directive = db.get('directive', id);
    if (directive?.ackByClock === undefined || directive.expired || directive.ackByClock > clock) return false;
    return UNSETTLED.some((state) => (directive.counts[state] ?? 0) > 0);
  });
}

/** What waits for a person, in the order in which he should see to it. `clock` is the ledger clock. */
export function attentionItems(db: EntityDb, clock: number): AttentionItem[] {
  return [
    ...openQuestionIds(db).map((id) => ({ kind: 'question', id, tab: 'needs' }) as const),
    ...newAlarms(db).map(({ id }) => ({ kind: 'alarm', id, tab: 'alarms' }) as const),
    ...lateDirectiveIds(db, clock).map((id) => ({ kind: 'directive', id, tab: 'sent' }) as const),
  ];
}

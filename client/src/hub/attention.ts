import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { type AlarmGroup, groupAlarms } from './alarm-groups.ts';
import type { EntityDb } from './entity-db.ts';
import { naturalOrder } from './natural-order.ts';
import type { RailTab } from './ui-store.ts';

/** Something that waits for a person, with the place where it can be dealt with. */
export interface AttentionItem {
  kind: 'question' | 'alarm';
  id: string;
  tab: RailTab;
}

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

/** What waits for a person, in the order in which he should see to it. */
export function attentionItems(db: EntityDb): AttentionItem[] {
  return [
    ...openQuestionIds(db).map((id) => ({ kind: 'question', id, tab: 'needs' }) as const),
    ...newAlarms(db).map(({ id }) => ({ kind: 'alarm', id, tab: 'alarms' }) as const),
  ];
}

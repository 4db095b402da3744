import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { naturalOrder } from './natural-order.ts';

/** Alarms of one code that follow each other this closely have one cause. */
const WITHIN_MS = 10_000;
/** Fewer are read one by one. */
const GROUP_FROM = 3;

/** Several alarms of one cause, or one alarm alone. */
export interface AlarmGroup {
  /** Id of the alarm that came first. */
  id: string;
  /** In the order in which they were raised. */
  alarms: readonly [AlarmRecord, ...AlarmRecord[]];
  /** That of its most urgent member. */
  state: AlarmRecord['state'];
  priority: number;
  raisedAt: number;
}

const RANK: Record<AlarmRecord['state'], number> = { unacked: 0, returned: 1, acked: 2, shelved: 3 };

const byTime = (a: AlarmRecord, b: AlarmRecord): number => a.raisedAt - b.raisedAt || naturalOrder(a.id, b.id);

function groupOf(alarms: readonly [AlarmRecord, ...AlarmRecord[]]): AlarmGroup {
  const [first] = alarms;
  const state = alarms.reduce((most, alarm) => (RANK[alarm.state] < RANK[most] ? alarm.state : most), first.state);
  return { id: first.id, alarms, state, priority: first.priority, raisedAt: first.raisedAt };
}

/**
 * Alarms as a person should see them: many of one code that came together are one thing, with what came first in front.
 * Unacknowledged first, then by priority, then the oldest; shelved ones stand apart from the others and last.
 */
export function groupAlarms(alarms: readonly AlarmRecord[]): AlarmGroup[] {
  const runs = new Map<string, [AlarmRecord, ...AlarmRecord[]][]>();
  for (const alarm of [...alarms].sort(byTime)) {
    const cause = `${alarm.code} ${alarm.priority} ${alarm.state === 'shelved'}`;
    const known = runs.get(cause) ?? [];
    runs.set(cause, known);
    const last = known.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && alarm.raisedAt - before.raisedAt <= WITHIN_MS) last.push(alarm);
    else known.push([alarm]);
  }
  return [...runs.values()]
    .flat()
    .flatMap((run) => (run.length >= GROUP_FROM ? [groupOf(run)] : run.map((alarm) => groupOf([alarm]))))
    .sort(
      (a, b) =>
        RANK[a.state] - RANK[b.state] || a.priority - b.priority || a.raisedAt - b.raisedAt || naturalOrder(a.id, b.id),
    );
}

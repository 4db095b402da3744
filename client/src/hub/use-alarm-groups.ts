import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { useMemo } from 'react';
import { type AlarmGroup, groupAlarms } from './alarm-groups.ts';
import { useHub, useIds } from './use-hub.ts';

/** Every alarm there is, shelved ones last; made anew when one comes, goes or changes its state. */
export function useAlarmGroups(): readonly AlarmGroup[] {
  const { db } = useHub();
  const unacked = useIds('alarm.state:unacked');
  const returned = useIds('alarm.state:returned');
  const acked = useIds('alarm.state:acked');
  const shelved = useIds('alarm.state:shelved');
  return useMemo(
    () =>
      groupAlarms(
        [unacked, returned, acked, shelved]
          .flat()
          .map((id) => db.get('alarm', id))
          .filter((alarm): alarm is AlarmRecord => alarm !== undefined),
      ),
    [db, unacked, returned, acked, shelved],
  );
}

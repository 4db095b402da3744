import { useMemo } from 'react';
import { alarmIds } from '../../hub/attention.ts';
import { formatTime } from '../../hub/format.ts';
import { useConn, useCounts, useHub, useIds, useNow } from '../../hub/use-hub.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AlarmCard } from './alarm-card.tsx';
import styles from './card.module.css';
import { useKeepFocus } from './use-keep-focus.ts';

/** An empty list proves with its clock that it is alive. */
function NoAlarms() {
  const now = useNow();
  return <EmptyState title="No active alarms.">As of {formatTime(now)}.</EmptyState>;
}

export function AlarmList() {
  const { db } = useHub();
  const loaded = useConn((conn) => conn.loaded);
  const members = useIds('alarm');
  const counts = useCounts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: index and counts tell when to look again
  const ids = useMemo(() => alarmIds(db), [db, members, counts]);
  const list = useKeepFocus();
  return (
    <div data-testid="alarm-list">
      {loaded && ids.length === 0 && <NoAlarms />}
      <ul ref={list} className={styles.list}>
        {ids.map((id) => (
          <AlarmCard key={id} id={id} />
        ))}
      </ul>
    </div>
  );
}

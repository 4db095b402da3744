import { useMemo } from 'react';
import type { AlarmGroup } from '../../hub/alarm-groups.ts';
import { formatTime } from '../../hub/format.ts';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { useConn, useNow } from '../../hub/use-hub.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { HeldNote } from '../../ui/held-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useKeepFocus } from '../../ui/use-keep-focus.ts';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { AlarmRow } from './alarm-row.tsx';
import styles from './alarms.module.css';

/** Rows in their order, which is held while somebody points at them: a button must not move from under a finger. */
function Rows({ groups, label }: { groups: readonly AlarmGroup[]; label: string }) {
  const live = useMemo(() => groups.map(({ id }) => id), [groups]);
  const { ids, waiting, apply, holder } = useHeldOrder(live, label);
  const list = useKeepFocus();
  useRowKeys(list, { main: true });
  const groupOf = new Map(groups.flatMap((group) => group.alarms.map(({ id }) => [id, group] as const)));
  // A group whose first is over goes on under the id of the next; it keeps its place and is shown once.
  const shown = [...new Set(ids.map((id) => groupOf.get(id)))].filter((group) => group !== undefined);
  return (
    <div {...holder}>
      <ul ref={list} className={styles.rows} aria-label={label} data-rows>
        {shown.map((group) => (
          <AlarmRow key={group.id} group={group} />
        ))}
      </ul>
      <HeldNote words={waiting === 0 ? '' : `${waiting} moved or new`} onApply={apply} />
    </div>
  );
}

/** An empty list proves with its clock that it is alive. */
function Calm({ title }: { title: string }) {
  const loaded = useConn((conn) => conn.loaded);
  const now = useNow();
  if (!loaded) return <Skeleton label="The alarms are loading" height={120} />;
  return <EmptyState title={title}>As of {formatTime(now)}.</EmptyState>;
}

export function ActiveAlarms({ groups }: { groups: readonly AlarmGroup[] }) {
  if (groups.length === 0) return <Calm title="No active alarms." />;
  return <Rows groups={groups} label="Active alarms" />;
}

export function ShelvedAlarms({ groups }: { groups: readonly AlarmGroup[] }) {
  if (groups.length === 0) return <Calm title="Nothing is shelved." />;
  return <Rows groups={groups} label="Shelved alarms" />;
}

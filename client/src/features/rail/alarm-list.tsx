import { formatTime } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useAlarmGroups } from '../../hub/use-alarm-groups.ts';
import { useConn, useNow } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useKeepFocus } from '../../ui/use-keep-focus.ts';
import { AlarmCard } from './alarm-card.tsx';
import styles from './card.module.css';
import { useTop } from './use-top.ts';

/** An empty list proves with its clock that it is alive. */
function NoAlarms() {
  const now = useNow();
  return <EmptyState title="No active alarms.">As of {formatTime(now)}.</EmptyState>;
}

export function AlarmList() {
  const loaded = useConn((conn) => conn.loaded);
  const groups = useAlarmGroups();
  const { shown, hidden } = useTop('alarm', groups);
  const { goTo } = useNavigation();
  const list = useKeepFocus();
  return (
    <div data-testid="alarm-list">
      {loaded && groups.length === 0 && <NoAlarms />}
      <ul ref={list} className={styles.list}>
        {shown.map((group) => (
          <AlarmCard key={group.id} group={group} />
        ))}
      </ul>
      {hidden > 0 && <Button onClick={() => goTo('alarms')}>and {hidden} more</Button>}
    </div>
  );
}

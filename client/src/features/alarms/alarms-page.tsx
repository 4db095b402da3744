import { isStanding } from '../../hub/counts.ts';
import { useAlarmGroups } from '../../hub/use-alarm-groups.ts';
import { useParam } from '../../hub/use-param.ts';
import { Badge } from '../../ui/badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AlarmHistory } from './alarm-history.tsx';
import { ActiveAlarms, ShelvedAlarms } from './alarm-list.tsx';
import { Catalogue } from './catalogue.tsx';

const TABS = ['active', 'shelved', 'history', 'catalogue'] as const;

/** The life of every alarm: what stands, what was put aside, what was, and what each of them means. */
export function AlarmsPage() {
  const [tab, setTab] = useParam('tab', TABS);
  const groups = useAlarmGroups();
  const shelved = groups.filter(({ state }) => state === 'shelved');
  const active = groups.filter(({ state }) => state !== 'shelved');
  const counted = (word: string, count: number) => (
    <>
      {word} {count > 0 && <Badge>{count}</Badge>}
    </>
  );
  // What is over stands among the active until somebody has seen it, and is not counted: as everywhere.
  const standing = active.flatMap(({ alarms }) => alarms).filter(isStanding).length;
  const aside = shelved.flatMap(({ alarms }) => alarms).length;
  return (
    <div data-testid="alarms-page">
      <Tabs
        label="Alarms"
        value={tab}
        onChange={setTab}
        tabs={[
          { key: 'active', label: counted('Active', standing), content: <ActiveAlarms groups={active} /> },
          { key: 'shelved', label: counted('Shelved', aside), content: <ShelvedAlarms groups={shelved} /> },
          { key: 'history', label: 'History', content: <AlarmHistory /> },
          { key: 'catalogue', label: 'Catalogue', content: <Catalogue /> },
        ]}
      />
    </div>
  );
}

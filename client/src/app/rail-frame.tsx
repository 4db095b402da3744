import { Composer } from '../features/composer/composer.tsx';
import { AlarmList } from '../features/rail/alarm-list.tsx';
import { NeedsYou } from '../features/rail/needs-you.tsx';
import { SentList } from '../features/rail/sent-list.tsx';
import { setPrefs, usePrefs } from '../hub/prefs-store.ts';
import { type RailTab, setUi, useUi } from '../hub/ui-store.ts';
import { useCan } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Counted, useExceptions } from './exceptions.tsx';
import styles from './rail-frame.module.css';

/** The exceptions, always in the same place: what waits for a person, what is wrong, and what was sent. */
export function RailFrame() {
  const { questions, alarms, alarmTone } = useExceptions();
  const open = usePrefs((prefs) => prefs.railOpen);
  const tab = useUi((ui) => ui.railTab);
  const drawerOpen = useUi((ui) => ui.drawerOpen);
  const can = useCan();
  const tabs = [
    { key: 'needs', label: <Counted word="Needs you" count={questions} tone="ask" />, content: <NeedsYou /> },
    {
      key: 'alarms',
      label: <Counted word="Alarms" count={alarms} tone={alarmTone} />,
      content: <AlarmList />,
    },
    { key: 'sent', label: 'Sent', content: <SentList /> },
  ] as const;
  return (
    <aside
      id="rail"
      className={styles.rail}
      aria-label="Exceptions"
      data-open={open}
      data-drawer={drawerOpen}
      data-testid="rail"
    >
      <Button
        look="quiet"
        size="small"
        className={styles.collapse}
        aria-expanded={open}
        aria-label={open ? 'Collapse the rail' : `Expand the rail: ${questions} questions, ${alarms} alarms`}
        onClick={() => {
          setPrefs({ railOpen: !open });
          setUi({ drawerOpen: false });
        }}
      >
        {open ? '›' : '‹'}
        {!open && <Counted word="" count={questions} tone="ask" />}
        {!open && <Counted word="" count={alarms} tone={alarmTone} />}
      </Button>
      <div className={styles.tabs}>
        <ErrorBoundary name="The rail">
          <Tabs
            label="Exceptions"
            tabs={tabs}
            value={tab}
            onChange={(key: RailTab) => setUi({ railTab: key, pane: key })}
          />
        </ErrorBoundary>
      </div>
      {can('directive.send') && (
        <div className={styles.composer}>
          <ErrorBoundary name="The composer">
            <Composer />
          </ErrorBoundary>
        </div>
      )}
    </aside>
  );
}

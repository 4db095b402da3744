import { useLocation } from '@tanstack/react-router';
import { useNavigation } from '../hub/navigation.ts';
import { type Pane, setUi, useUi } from '../hub/ui-store.ts';
import { useCan } from '../hub/use-hub.ts';
import { Counted, useExceptions } from './exceptions.tsx';
import styles from './pager-nav.module.css';
import { pageAt } from './pages.ts';

/** On a phone one thing is shown at a time; the story is "I got a link: what failed, why, one action". */
export function PagerNav() {
  const { questions, alarms, alarmTone } = useExceptions();
  const pane = useUi((ui) => ui.pane);
  const can = useCan();
  const { peek, closePeek } = useNavigation();
  const { pathname } = useLocation();
  const at = pageAt(pathname);
  // Beside the alarms of the rail, which are the new ones.
  const page = at?.path === 'alarms' ? 'All alarms' : (at?.label ?? 'Page');
  const panes: readonly { pane: Pane; word: string; count: number; tone: 'ask' | 'p1' | 'p2' | 'ink' }[] = [
    { pane: 'needs', word: 'Needs you', count: questions, tone: 'ask' },
    { pane: 'alarms', word: 'Alarms', count: alarms, tone: alarmTone },
    { pane: 'page', word: page, count: 0, tone: 'ink' },
    { pane: 'sent', word: 'Sent', count: 0, tone: 'ink' },
    { pane: 'compose', word: 'Say', count: 0, tone: 'ink' },
  ];
  const shown = panes.filter((one) => one.pane !== 'compose' || can('directive.send'));
  const show = (next: Pane) => {
    // It lies over every pane.
    if (peek !== null) closePeek();
    setUi(next === 'page' || next === 'compose' ? { pane: next } : { pane: next, railTab: next });
  };
  return (
    <nav className={styles.pager} aria-label="Panes">
      {shown.map(({ pane: key, ...counted }) => (
        <button
          key={key}
          type="button"
          className={styles.item}
          aria-current={pane === key ? 'true' : undefined}
          onClick={() => show(key)}
        >
          <Counted {...counted} />
        </button>
      ))}
    </nav>
  );
}

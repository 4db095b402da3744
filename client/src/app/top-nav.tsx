import { Link } from '@tanstack/react-router';
import { usePrefs } from '../hub/prefs-store.ts';
import { setUi, useUi } from '../hub/ui-store.ts';
import { useHub, useMe } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import { Counted, useExceptions } from './exceptions.tsx';
import { PAGES } from './pages.ts';
import { ProjectSwitcher } from './project-switcher.tsx';
import { nextTheme } from './theme.ts';
import styles from './top-nav.module.css';

const THEME_LABEL = { system: 'Auto', light: 'Light', dark: 'Dark' } as const;

function DrawerToggle() {
  const { questions, alarms, alarmTone } = useExceptions();
  const open = useUi((ui) => ui.drawerOpen);
  return (
    <Button
      className={styles.drawer}
      aria-expanded={open}
      aria-controls="rail"
      onClick={() => setUi({ drawerOpen: !open })}
    >
      <Counted word="Needs you" count={questions} tone="ask" />{' '}
      <Counted word="Alarms" count={alarms} tone={alarmTone} />
    </Button>
  );
}

/** Where one is, where one can go, and who one is. */
export function TopNav() {
  const { project } = useHub();
  const me = useMe();
  const theme = usePrefs((prefs) => prefs.theme);
  return (
    <header className={styles.bar}>
      <span className={styles.brand}>
        <span aria-hidden="true">▣</span> <span className={styles.name}>Signalbox</span>
      </span>
      <ProjectSwitcher />
      <nav className={styles.nav} aria-label="Pages">
        {PAGES.map(({ path, label }) => (
          <Link
            key={path}
            to={`/p/$project/${path}`}
            params={{ project }}
            className={styles.link ?? ''}
            activeProps={{ 'aria-current': 'page' }}
          >
            {label}
          </Link>
        ))}
      </nav>
      <span className={styles.end}>
        <DrawerToggle />
        <Button look="quiet" title="Theme (T)" aria-label={`Theme: ${THEME_LABEL[theme]}`} onClick={nextTheme}>
          <span aria-hidden="true">◐</span> {THEME_LABEL[theme]}
        </Button>
        <Button
          look="quiet"
          className={styles.help}
          title="Keyboard (?)"
          aria-label="Keyboard shortcuts"
          onClick={() => setUi({ sheetOpen: true })}
        >
          ?
        </Button>
        {me !== null && (
          <span className={styles.me} title={`Signed in as ${me.name}, ${me.role}`}>
            <span>{me.name}</span>
            {(me.role === 'viewer' || me.role === 'agent') && <span className={styles.badge}>View only</span>}
          </span>
        )}
      </span>
    </header>
  );
}

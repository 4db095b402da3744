import { Link, useLocation } from '@tanstack/react-router';
import { useNavigation } from '../hub/navigation.ts';
import { usePrefs } from '../hub/prefs-store.ts';
import { setUi, useUi } from '../hub/ui-store.ts';
import { useHub } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { Counted, useExceptions } from './exceptions.tsx';
import { MeMenu } from './me-menu.tsx';
import { PAGES, pageAt } from './pages.ts';
import { ProjectSwitcher } from './project-switcher.tsx';
import { SimulatedMark } from './simulated.tsx';
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

/** In place of the row of links where there is no room for it. */
function PageSelect() {
  const { goTo } = useNavigation();
  const { pathname } = useLocation();
  return (
    <Select
      className={styles.pages}
      aria-label="Page"
      options={PAGES.map(({ path, label }) => ({ value: path, label }))}
      value={pageAt(pathname)?.path}
      onPick={(page) => goTo(page)}
    />
  );
}

/** Where one is, where one can go, and who one is. */
export function TopNav() {
  const { project } = useHub();
  const theme = usePrefs((prefs) => prefs.theme);
  const { alarms, alarmTone } = useExceptions();
  return (
    <header className={styles.bar}>
      <span className={styles.brand}>
        <span aria-hidden="true">▣</span> <span className={styles.name}>Signalbox</span>
      </span>
      <ProjectSwitcher />
      <SimulatedMark place="nav" />
      <PageSelect />
      <nav className={styles.nav} aria-label="Pages">
        {PAGES.map(({ path, label }) => (
          <Link
            key={path}
            to={`/p/$project/${path}`}
            params={{ project }}
            className={styles.link ?? ''}
            activeProps={{ 'aria-current': 'page' }}
          >
            {path === 'alarms' ? <Counted word={label} count={alarms} tone={alarmTone} /> : label}
          </Link>
        ))}
      </nav>
      <span className={styles.end}>
        <DrawerToggle />
        <Button look="quiet" title="Theme (T)" aria-label={`Theme: ${THEME_LABEL[theme]}`} onClick={nextTheme}>
          <span aria-hidden="true">◐</span> <span className={styles.name}>{THEME_LABEL[theme]}</span>
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
        <MeMenu />
      </span>
    </header>
  );
}

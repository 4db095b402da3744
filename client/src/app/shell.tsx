import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import type { Conn } from '../hub/conn-store.ts';
import { useNavigation } from '../hub/navigation.ts';
import { setUi, useUi } from '../hub/ui-store.ts';
import { useConn, useHub } from '../hub/use-hub.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ConnectionBanner, DurabilityBanner, HubNotice } from './banners.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { loadPeek, loadTheRest } from './later.ts';
import { LiveRegions } from './live-regions.tsx';
import { LivenessStrip } from './liveness-strip.tsx';
import { usePageMark } from './page-mark.ts';
import { PagerNav } from './pager-nav.tsx';
import { PAGES, pageAt } from './pages.ts';
import { RailFrame } from './rail-frame.tsx';
import styles from './shell.module.css';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopNav } from './top-nav.tsx';
import { useFirstPane } from './use-first-pane.ts';
import { useShortcuts } from './use-shortcuts.ts';

const PeekPanel = lazy(async () => ({ default: (await loadPeek()).PeekPanel }));

function Peek() {
  const { peek, open, closePeek } = useNavigation();
  const { scheduler } = useHub();
  useEffect(() => {
    scheduler.focus = peek === null ? undefined : [peek.kind, peek.id];
  }, [scheduler, peek]);
  if (peek === null) return null;
  return (
    <div className={styles.peek}>
      <ErrorBoundary name="This object" key={`${peek.kind}:${peek.id}`}>
        <Suspense>
          <PeekPanel target={peek} onClose={closePeek} onOpen={open} />
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}

/** Why this project cannot be shown (any more); null while it may still come. */
function refusalOf({ status }: Conn, project: string): string | null {
  if (status.state !== 'refused') return null;
  const { code, message } = status.error;
  // What is no name of a project is refused for what it is written like.
  if (code === 'BAD_INPUT') return `There is no project ${project}.`;
  return code === 'NOT_FOUND' || code === 'FORBIDDEN' ? message : null;
}

function NoSuchProject({ message }: { message: string }) {
  return (
    <EmptyState title="This project cannot be shown." action={<Link to="/">Go to the control room</Link>}>
      {message}
    </EmptyState>
  );
}

/** The frame of every page. What is not current looks so everywhere, not in a corner. */
export function Shell() {
  const { project } = useHub();
  const { live, loaded, refusal } = useConn((conn) => ({
    live: conn.live,
    loaded: conn.loaded,
    refusal: refusalOf(conn, project),
  }));
  const pane = useUi((ui) => ui.pane);
  const pending = useShortcuts();
  usePageMark();
  useEffect(() => {
    if (loaded) loadTheRest();
  }, [loaded]);
  const { pathname } = useLocation();
  const page = pageAt(pathname);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page was asked for, so that is what a phone shows
  useEffect(() => setUi({ pane: 'page', drawerOpen: false }), [pathname]);
  useFirstPane(page?.path === 'floor');
  return (
    <div className={styles.shell} data-pane={pane}>
      <a href="#main" className={styles.skip}>
        Skip to the content
      </a>
      <TopNav />
      <section aria-label="Notices">
        <ConnectionBanner />
        <DurabilityBanner />
        <HubNotice />
      </section>
      <div className={styles.body} data-stale={loaded && !live} data-testid="content">
        <div className={styles.status}>
          <StatusBar page={page?.label ?? ''} />
        </div>
        <main id="main" className={styles.main} tabIndex={-1}>
          <ErrorBoundary name="This page" key={page?.path ?? pathname}>
            {refusal === null ? <Outlet /> : <NoSuchProject message={refusal} />}
          </ErrorBoundary>
        </main>
        <Peek />
        <RailFrame />
      </div>
      <PagerNav />
      <LivenessStrip />
      <LiveRegions />
      <ShortcutSheet />
      {pending !== null && (
        <p className={styles.sequence}>
          <kbd>G</kbd> then {PAGES.map(({ label, key }) => `${key.toUpperCase()} ${label}`).join(' · ')} · Esc
        </p>
      )}
    </div>
  );
}

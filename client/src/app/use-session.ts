import { useEffect, useState } from 'react';
import { createHubSession, type HubSession } from '../hub/hub-session.ts';
import { requireSignIn, signedIn, useAuth } from './auth.ts';
import type { AppServices } from './services.ts';

/** Opens the connection of a project and keeps it for as long as the page shows that project. */
export function useSession(
  { openFeed }: Pick<AppServices, 'openFeed'>,
  project: string | undefined,
): HubSession | null {
  const [session, setSession] = useState<HubSession | null>(null);
  const signIns = useAuth((auth) => auth.signIns);

  useEffect(() => {
    if (project === undefined) return;
    const opened = createHubSession({ project, feed: openFeed(project) });
    setSession(opened);
    return () => {
      opened.stop();
      setSession(null);
    };
    // Not the services themselves: the router hands out a new object with every navigation.
  }, [openFeed, project]);

  useEffect(() => {
    if (session === null) return;
    const { feed, scheduler, conn } = session;
    const retry = () => {
      if (!conn.getState().live) feed.tryNow();
    };
    const shown = () => {
      if (document.hidden) return;
      scheduler.wake();
      retry();
    };
    const look = () => {
      const { status, live, loaded } = conn.getState();
      if (status.state === 'refused' && status.error.code === 'UNAUTHENTICATED')
        requireSignIn(loaded ? 'lost' : 'first');
      // Signed in in another tab, and tried again.
      else if (live && useAuth.getState().needed !== null) signedIn();
    };
    look();
    const off = conn.subscribe((now, before) => now.status !== before.status && look());
    addEventListener('online', retry);
    document.addEventListener('visibilitychange', shown);
    return () => {
      off();
      removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [session]);

  useEffect(() => {
    if (signIns > 0) session?.feed.tryNow();
  }, [signIns, session]);

  return session?.project === project ? session : null;
}

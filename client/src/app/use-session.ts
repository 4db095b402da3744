import { useEffect, useState } from 'react';
import { createHubSession, type HubSession } from '../hub/hub-session.ts';
import { requireSignIn, useAuth } from './auth.ts';
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
    const refused = () => {
      const { status } = conn.getState();
      if (status.state === 'refused' && status.error.code === 'UNAUTHENTICATED') requireSignIn();
    };
    refused();
    const off = conn.subscribe((now, before) => now.status !== before.status && refused());
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

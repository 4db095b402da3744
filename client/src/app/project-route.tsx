import { useParams, useRouteContext } from '@tanstack/react-router';
import { useEffect } from 'react';
import { setPrefs } from '../hub/prefs-store.ts';
import { HubContext } from '../hub/use-hub.ts';
import { PageNavigation } from './page-navigation.tsx';
import { Projects } from './project-list.tsx';
import { Shell } from './shell.tsx';
import { useSession } from './use-session.ts';

/** All pages of a project stand in one frame and share one connection. */
export function ProjectRoute() {
  const services = useRouteContext({ from: '__root__' });
  const { project } = useParams({ from: '/p/$project' });
  const session = useSession(services, project);
  useEffect(() => setPrefs({ project }), [project]);
  if (session === null) return null;
  return (
    <HubContext value={session} key={project}>
      <PageNavigation project={project}>
        <Projects>
          <Shell />
        </Projects>
      </PageNavigation>
    </HubContext>
  );
}

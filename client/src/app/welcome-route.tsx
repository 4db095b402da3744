import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { Link, useNavigate, useRouteContext } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { WelcomePage } from '../features/welcome/welcome-page.tsx';
import { type Navigation, NavigationContext } from '../hub/navigation.ts';
import { HubContext, useIds } from '../hub/use-hub.ts';
import { requireSignIn, useAuth } from './auth.ts';
import { ConnectionBanner, DurabilityBanner } from './banners.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { FirstProject } from './first-project.tsx';
import type { CallHub } from './hub-http.ts';
import { LivenessStrip } from './liveness-strip.tsx';
import { hasLife, listProjects, pickProject } from './projects.ts';
import { useSession } from './use-session.ts';
import styles from './welcome-route.module.css';

/** The first agent may create a project of its own; no connection tells of projects that are not open yet. */
const LOOK_EVERY_MS = 2_000;

/** The project in which the first agent is waited for: one where somebody is already, else the newest. */
async function findProject(call: CallHub): Promise<ProjectRecord | null | 'unauthenticated' | 'unknown'> {
  const answer = await listProjects(call);
  if (!answer.ok) return answer.error.code === 'UNAUTHENTICATED' ? 'unauthenticated' : 'unknown';
  for (const project of [...answer.projects].sort((a, b) => b.createdAt - a.createdAt))
    if (await hasLife(call, project.id)) return project;
  return pickProject(answer.projects, null) ?? null;
}

function useFirstProject(call: CallHub): { project: string | null | undefined; look: () => void } {
  const [project, setProject] = useState<string | null>();
  const [looks, setLooks] = useState(0);
  const signIns = useAuth((auth) => auth.signIns);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a sign-in or a project made here is the reason to look again
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const found = await findProject(call);
      if (over) return;
      if (found === 'unauthenticated') return requireSignIn('first');
      if (found !== 'unknown') setProject(found?.id ?? null);
      timer = setTimeout(() => void look(), LOOK_EVERY_MS);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [call, signIns, looks]);
  return { project, look: () => setLooks((count) => count + 1) };
}

function Frame({ children, footer, top }: { children: ReactNode; top?: ReactNode; footer?: ReactNode }) {
  return (
    <div className={styles.frame}>
      <header className={styles.head}>
        <Link to="/" className={styles.brand ?? ''}>
          <span aria-hidden="true">▣</span> Signalbox
        </Link>
      </header>
      {top}
      <main className={styles.main}>
        <ErrorBoundary name="The welcome page">{children}</ErrorBoundary>
      </main>
      {footer}
    </div>
  );
}

/** From here on it is no longer about the first agent. */
const FLEET = 2;

/** A fleet has come while this page waited for one agent: show it. */
function ToTheFloor({ project }: { project: string }) {
  const navigate = useNavigate();
  const fleet = useIds('agent.here:yes').length >= FLEET;
  useEffect(() => {
    if (fleet) void navigate({ to: '/p/$project/floor', params: { project }, replace: true });
  }, [fleet, navigate, project]);
  return null;
}

/** First run: how to connect an agent, turning live with the first of them. */
export function WelcomeRoute() {
  const services = useRouteContext({ from: '__root__' });
  const navigate = useNavigate();
  const { project, look } = useFirstProject(services.callHub);
  const session = useSession(services, project ?? undefined);
  const navigation = useMemo<Navigation>(() => {
    const params = { project: project ?? '' };
    return {
      project: params.project,
      peek: null,
      open: ({ kind, id }) => void navigate({ to: '/p/$project/floor', params, search: { peek: `${kind}:${id}` } }),
      closePeek: () => {},
      goTo: (page) => void navigate({ to: `/p/$project/${page}`, params }),
      query: '',
      setQuery: () => {},
      params: {},
      setParams: () => {},
    };
  }, [project, navigate]);
  if (project === null) {
    return (
      <Frame>
        <FirstProject callHub={services.callHub} onCreated={look} />
      </Frame>
    );
  }
  if (session === null) return <Frame>{null}</Frame>;
  return (
    <HubContext value={session}>
      <NavigationContext value={navigation}>
        <Frame
          top={
            <>
              <ConnectionBanner />
              <DurabilityBanner />
            </>
          }
          footer={<LivenessStrip />}
        >
          <ToTheFloor project={navigation.project} />
          <WelcomePage />
        </Frame>
      </NavigationContext>
    </HubContext>
  );
}

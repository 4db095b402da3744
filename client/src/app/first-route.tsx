import type { ErrorBody } from '@signalbox/shared/errors';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { usePrefs } from '../hub/prefs-store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { requireSignIn, useAuth } from './auth.ts';
import { hasLife, listProjects, pickProject } from './projects.ts';

/** The address without a page: the project that was looked at last, or the welcome page while nobody was ever here. */
export function FirstRoute() {
  const { callHub } = useRouteContext({ from: '__root__' });
  const navigate = useNavigate();
  const signIns = useAuth((auth) => auth.signIns);
  const [problem, setProblem] = useState<ErrorBody | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a sign-in or [Try again] is the reason to ask again
  useEffect(() => {
    let over = false;
    const go = async () => {
      const answer = await listProjects(callHub);
      if (over) return;
      if (!answer.ok) {
        setProblem(answer.error);
        if (answer.error.code === 'UNAUTHENTICATED') requireSignIn('first');
        return;
      }
      const project = pickProject(answer.projects, usePrefs.getState().project);
      const known = project !== undefined && (await hasLife(callHub, project.id));
      if (over) return;
      if (project !== undefined && known)
        await navigate({ to: '/p/$project/floor', params: { project: project.id }, replace: true });
      else await navigate({ to: '/welcome', replace: true });
    };
    void go();
    return () => {
      over = true;
    };
  }, [callHub, navigate, signIns, attempt]);
  if (problem === null || problem.code === 'UNAUTHENTICATED') return <main aria-busy="true" />;
  return (
    <main>
      <EmptyState
        title="The projects could not be read."
        action={<Button onClick={() => setAttempt((count) => count + 1)}>Try again</Button>}
      >
        {problem.message}
      </EmptyState>
    </main>
  );
}

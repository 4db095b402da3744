import { Outlet } from '@tanstack/react-router';
import { useAuth } from './auth.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { SignIn } from './sign-in.tsx';

/** The page, and over it the sign-in where it is needed. */
export function Root() {
  const needed = useAuth((auth) => auth.needed);
  return (
    <>
      {/* Seen, with its drafts, but out of reach until somebody has signed in. */}
      <div inert={needed}>
        <ErrorBoundary name="The page">
          <Outlet />
        </ErrorBoundary>
      </div>
      {needed && <SignIn />}
    </>
  );
}

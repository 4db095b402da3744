import { Outlet } from '@tanstack/react-router';
import { useAuth } from './auth.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { SignIn } from './sign-in.tsx';

/** The page, and over it the sign-in where it is needed. */
export function Root() {
  const needed = useAuth((auth) => auth.needed);
  return (
    <>
      {/* Kept, with its drafts, but out of sight and reach until somebody has signed in; who signed out keeps nothing. */}
      {needed !== 'signedOut' && (
        <div inert={needed !== null}>
          <ErrorBoundary name="The page">
            <Outlet />
          </ErrorBoundary>
        </div>
      )}
      {needed !== null && <SignIn reason={needed} />}
    </>
  );
}

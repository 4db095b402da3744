import { create } from 'zustand';
import { errorOf } from './hub-http.ts';

export interface Auth {
  /** Somebody has to sign in before anything else can be shown or done. */
  needed: boolean;
  /** Why the last attempt did not work, as a sentence. */
  problem: string | null;
  /** Grows with every sign-in, so that what was refused is tried again. */
  signIns: number;
}

export const useAuth = create<Auth>()(() => ({ needed: false, problem: null, signIns: 0 }));

export const requireSignIn = (): void => useAuth.setState({ needed: true });

const CODE = /(?:#|^)k=([^&\s]+)/;

/** The code of a launch link, or of what a person pasted: a whole link, its fragment or the bare code. */
export function launchCode(text: string): string | null {
  const trimmed = text.trim();
  const found = CODE.exec(trimmed)?.[1];
  if (found !== undefined) return decodeURIComponent(found);
  return trimmed !== '' && !/[\s/#?]/.test(trimmed) ? trimmed : null;
}

/** Exchanges a code for the session cookie; the code works once. True when signed in. */
export async function signIn(
  code: string,
  fetchIt: typeof fetch = (...request) => fetch(...request),
): Promise<boolean> {
  try {
    const response = await fetchIt('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
      credentials: 'same-origin',
    });
    if (response.ok) {
      useAuth.setState((auth) => ({ needed: false, problem: null, signIns: auth.signIns + 1 }));
      return true;
    }
    useAuth.setState({ problem: (await errorOf(response)).message });
  } catch {
    useAuth.setState({ problem: 'The hub does not answer. Is it running?' });
  }
  return false;
}

/** A launch link carries its code in the fragment, which never reaches a log. It is taken out of the address at once. */
export async function signInFromAddress(): Promise<void> {
  if (!location.hash.startsWith('#k=')) return;
  const code = launchCode(location.hash);
  history.replaceState(null, '', location.pathname + location.search);
  if (code !== null && !(await signIn(code))) requireSignIn();
}

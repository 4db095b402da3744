import type { ErrorBody } from '@signalbox/shared/errors';
import { create } from 'zustand';
import { errorOf, UNREACHABLE } from './hub-http.ts';

/** Why somebody has to sign in: he never did here, his session ended while he was at work, or he signed out. */
export type SignInReason = 'first' | 'lost' | 'signedOut';

export interface Auth {
  /** Somebody has to sign in before anything else can be shown or done; null: nobody has to. */
  needed: SignInReason | null;
  /** Why the last attempt did not work. */
  problem: ErrorBody | null;
  /** Grows with every sign-in, so that what was refused is tried again. */
  signIns: number;
}

export const useAuth = create<Auth>()(() => ({ needed: null, problem: null, signIns: 0 }));

const WANTED = 'signalbox.wanted';
/** As long as a link works: whoever went for one comes back to the page he wanted. */
const WANTED_FOR_MS = 15 * 60_000;
const CHANNEL = 'signalbox.signed-in';

const here = (): string => location.pathname + location.search;

/** The first reason stays: that the connection is refused too is no news. */
export function requireSignIn(reason: SignInReason): void {
  if (useAuth.getState().needed !== null) return;
  useAuth.setState({ needed: reason });
  if (reason !== 'signedOut' && location.pathname.startsWith('/p/'))
    localStorage.setItem(WANTED, `${Date.now()} ${here()}`);
}

/** The page somebody wanted before he was asked to sign in; asked once. */
export function takeWanted(): string | null {
  const [at, address = ''] = localStorage.getItem(WANTED)?.split(' ') ?? [];
  localStorage.removeItem(WANTED);
  return Date.now() - Number(at) <= WANTED_FOR_MS && address.startsWith('/p/') ? address : null;
}

/** Somebody is signed in, here or in another tab: whatever was refused may be tried again. */
export function signedIn(): void {
  useAuth.setState((auth) => ({ needed: null, problem: null, signIns: auth.signIns + 1 }));
}

/** Hears of a sign-in in another tab of this browser. Returns its off. */
export function onSignInElsewhere(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = listener;
  return () => channel.close();
}

function tellOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('in');
  channel.close();
}

/** What opens a session: the code of a link, once; or a person's token. */
export type Credential = { code: string } | { token: string };

const IN_LINK = /(?:#|^)k=([^&\s]+)/;
const CODE = /^[^.]+\.[^.]+$/;

/** What somebody pasted: a whole link, its fragment, a bare code, or a token. */
export function credentialOf(text: string): Credential | null {
  const trimmed = text.trim();
  const found = IN_LINK.exec(trimmed)?.[1];
  if (found !== undefined) return { code: decodeURIComponent(found) };
  if (trimmed === '' || /[\s/#?]/.test(trimmed)) return null;
  return CODE.test(trimmed) ? { code: trimmed } : { token: trimmed };
}

type Fetch = typeof fetch;
const browserFetch: Fetch = (...request) => fetch(...request);

/** Exchanges a code or a token for the session cookie. True when signed in. */
export async function signIn(credential: Credential, fetchIt: Fetch = browserFetch): Promise<boolean> {
  try {
    const response = await fetchIt('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credential),
      credentials: 'same-origin',
    });
    if (response.ok) {
      signedIn();
      tellOtherTabs();
      return true;
    }
    useAuth.setState({ problem: await errorOf(response) });
  } catch {
    useAuth.setState({ problem: UNREACHABLE });
  }
  return false;
}

/** Ends the session everywhere. Resolves to why it could not be ended. */
export async function signOut(fetchIt: Fetch = browserFetch): Promise<ErrorBody | null> {
  try {
    const response = await fetchIt('/session', { method: 'DELETE', credentials: 'same-origin' });
    // Who is not known any more is out already.
    if (!response.ok && response.status !== 401) return await errorOf(response);
    requireSignIn('signedOut');
    return null;
  } catch {
    return UNREACHABLE;
  }
}

/**
 * A launch link carries its code in the fragment, which never reaches a log. It is taken out of the address at once;
 * what was wanted before somebody went for the link takes its place.
 */
export async function signInFromAddress(): Promise<void> {
  if (!location.hash.startsWith('#k=')) return;
  const credential = credentialOf(location.hash);
  history.replaceState(null, '', here());
  if (credential === null) return;
  if (!(await signIn(credential))) return requireSignIn('first');
  const wanted = takeWanted();
  if (wanted !== null && location.pathname === '/') history.replaceState(null, '', wanted);
}

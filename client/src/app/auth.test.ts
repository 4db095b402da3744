import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  credentialOf,
  onSignInElsewhere,
  requireSignIn,
  signIn,
  signInFromAddress,
  signOut,
  takeWanted,
  useAuth,
} from './auth.ts';

const storage = new Map<string, string>();
beforeEach(() => {
  storage.clear();
  useAuth.setState({ needed: 'first', problem: null, signIns: 0 });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
    removeItem: (key: string) => void storage.delete(key),
  });
  at('http://127.0.0.1:3334/');
});
afterEach(() => void vi.unstubAllGlobals());

/** The address of the page; `history` writes it too. */
function at(href: string): void {
  vi.stubGlobal('location', new URL(href));
  vi.stubGlobal('history', { replaceState: (_: unknown, __: string, to: string) => at(new URL(to, href).href) });
}

test.each([
  ['#k=abc-DEF_1', { code: 'abc-DEF_1' }],
  ['http://127.0.0.1:3334/#k=abc', { code: 'abc' }],
  ['  k=abc ', { code: 'abc' }],
  ['#k=a%2Bb', { code: 'a+b' }],
  ['abc.def', { code: 'abc.def' }],
  [' sb_viewer_1_x_00 ', { token: 'sb_viewer_1_x_00' }],
  ['http://127.0.0.1:3334/', null],
  ['two words', null],
  ['', null],
])('%s holds %j', (text, credential) => {
  expect(credentialOf(text)).toEqual(credential);
});

test('a good code signs in; what was refused before is tried again', async () => {
  const bodies: unknown[] = [];
  const ok: typeof fetch = async (_url, init) => {
    bodies.push(await new Response(init?.body ?? null).json());
    return new Response(null, { status: 204 });
  };
  expect(await signIn({ code: 'abc' }, ok)).toBe(true);
  expect(bodies).toEqual([{ code: 'abc' }]);
  expect(useAuth.getState()).toEqual({ needed: null, problem: null, signIns: 1 });
});

test('a used code says why, in the words of the hub', async () => {
  const used: typeof fetch = async () =>
    Response.json(
      { ok: false, error: { code: 'UNAUTHENTICATED', message: 'This link was used. Run signalbox open.' } },
      { status: 401 },
    );
  expect(await signIn({ code: 'abc' }, used)).toBe(false);
  expect(useAuth.getState()).toMatchObject({
    needed: 'first',
    problem: { message: 'This link was used. Run signalbox open.' },
  });
});

test('a hub that does not answer is said, not thrown', async () => {
  const down: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
  expect(await signIn({ token: 'abc' }, down)).toBe(false);
  expect(useAuth.getState().problem?.message).toContain('does not answer');
});

const ok: typeof fetch = async () => new Response(null, { status: 200 });

test('a link opened meanwhile leads to the page that was wanted before, once', async () => {
  useAuth.setState({ needed: null });
  at('http://127.0.0.1:3334/p/acme/tasks?peek=task:T-1');
  requireSignIn('first');
  at('http://127.0.0.1:3334/#k=abc');
  vi.stubGlobal('fetch', ok);
  await signInFromAddress();
  expect(location.href).toBe('http://127.0.0.1:3334/p/acme/tasks?peek=task:T-1');
  expect(takeWanted()).toBeNull();
});

test('what was wanted long ago, or is no page of a project, is forgotten', () => {
  storage.set('signalbox.wanted', `${Date.now() - 16 * 60_000} /p/acme/tasks`);
  expect(takeWanted()).toBeNull();
  storage.set('signalbox.wanted', `${Date.now()} //evil.example/p/`);
  expect(takeWanted()).toBeNull();
});

test('a link that does not work leaves no code in the address', async () => {
  useAuth.setState({ needed: null });
  at('http://127.0.0.1:3334/#k=abc');
  vi.stubGlobal('fetch', async () =>
    Response.json({ ok: false, error: { code: 'EXPIRED', message: 'This link was used already.' } }, { status: 409 }),
  );
  await signInFromAddress();
  expect(location.href).toBe('http://127.0.0.1:3334/');
  expect(useAuth.getState()).toMatchObject({ needed: 'first', problem: { code: 'EXPIRED' } });
});

test('another tab of the browser hears of a sign-in', async () => {
  const heard = new Promise<void>((resolve) => {
    const off = onSignInElsewhere(() => {
      off();
      resolve();
    });
  });
  await signIn({ code: 'abc' }, ok);
  await heard;
});

test.each([
  [200, null, 'signedOut'],
  [401, null, 'signedOut'],
  [500, 'INTERNAL', null],
])('signing out, answered %i', async (status, problem, needed) => {
  useAuth.setState({ needed: null });
  const answer: typeof fetch = async () => new Response(null, { status });
  expect((await signOut(answer))?.code ?? null).toBe(problem);
  expect(useAuth.getState().needed).toBe(needed);
});

import { beforeEach, expect, test } from 'vitest';
import { launchCode, signIn, useAuth } from './auth.ts';

beforeEach(() => useAuth.setState({ needed: true, problem: null, signIns: 0 }));

test.each([
  ['#k=abc-DEF_1', 'abc-DEF_1'],
  ['http://127.0.0.1:3334/#k=abc', 'abc'],
  ['  k=abc ', 'abc'],
  ['#k=a%2Bb', 'a+b'],
  ['abc.def', 'abc.def'],
  ['http://127.0.0.1:3334/', null],
  ['two words', null],
  ['', null],
])('%s holds the code %s', (text, code) => {
  expect(launchCode(text)).toBe(code);
});

test('a good code signs in; what was refused before is tried again', async () => {
  const bodies: unknown[] = [];
  const ok: typeof fetch = async (_url, init) => {
    bodies.push(await new Response(init?.body ?? null).json());
    return new Response(null, { status: 204 });
  };
  expect(await signIn('abc', ok)).toBe(true);
  expect(bodies).toEqual([{ code: 'abc' }]);
  expect(useAuth.getState()).toEqual({ needed: false, problem: null, signIns: 1 });
});

test('a used code says why, in the words of the hub', async () => {
  const used: typeof fetch = async () =>
    Response.json(
      { ok: false, error: { code: 'UNAUTHENTICATED', message: 'This link was used. Run signalbox open.' } },
      { status: 401 },
    );
  expect(await signIn('abc', used)).toBe(false);
  expect(useAuth.getState()).toMatchObject({ needed: true, problem: 'This link was used. Run signalbox open.' });
});

test('a hub that does not answer is said, not thrown', async () => {
  const down: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
  expect(await signIn('abc', down)).toBe(false);
  expect(useAuth.getState().problem).toContain('does not answer');
});

import { expect, test } from 'vitest';
import { SignIn } from './sign-in.ts';
import { OWNER_TOKEN, startTestHub, type TestHub } from './testing/test-hub.ts';
import { TestSocket } from './testing/test-socket.ts';

const from = (address: string, headers = {}) => ({ address, headers });
const wrong = { refused: { code: 'UNAUTHENTICATED' } };
const tooOften = { refused: { code: 'RATE_LIMITED', retry: { afterMs: 100 } } };

async function signIn(hub: TestHub, behindTlsProxy = false) {
  let now = 0;
  return {
    signIn: new SignIn({ auth: hub.auth, behindTlsProxy, monotonic: () => now }),
    advance: (ms: number) => (now += ms),
  };
}

test('an address that is wrong too often waits; one with a good token never does', async () => {
  await using hub = await startTestHub();
  const { signIn: at, advance } = await signIn(hub);
  for (let tries = 0; tries < 100; tries++)
    expect(await at.principalOf('sb_guess', from('10.0.0.1'))).toMatchObject(wrong);
  expect(await at.principalOf('sb_guess', from('10.0.0.1'))).toMatchObject(tooOften);
  expect(await at.principalOf('sb_guess', from('10.0.0.2'))).toMatchObject(wrong);
  expect(await at.principalOf(OWNER_TOKEN, from('10.0.0.1'))).toMatchObject({ role: 'admin' });
  advance(100);
  expect(await at.principalOf('sb_guess', from('10.0.0.1'))).toMatchObject(wrong);
});

test('behind a proxy the address is what the proxy itself wrote, not what the client claims', async () => {
  await using hub = await startTestHub();
  const { signIn: at } = await signIn(hub, true);
  const through = (client: string, claimed: string) =>
    from('127.0.0.1', { 'x-forwarded-for': `${claimed}, ${client}` });
  for (let tries = 0; tries < 100; tries++) await at.principalOf('sb_guess', through('10.0.0.1', `1.2.3.${tries}`));
  expect(await at.principalOf('sb_guess', through('10.0.0.1', '4.4.4.4'))).toMatchObject(tooOften);
  expect(await at.principalOf('sb_guess', through('10.0.0.2', '10.0.0.1'))).toMatchObject(wrong);
});

test('failures count together, wherever they are made', async () => {
  await using hub = await startTestHub();
  const authorization = 'Bearer sb_guess';
  const api = () => hub.fetch('/api/v1/projects/acme/task.list', { method: 'POST', headers: { authorization } });
  const faces: Record<string, () => Promise<unknown>> = {
    api,
    session: () => hub.fetch('/session', { method: 'POST', body: '{"code":"guess"}' }),
    control: () => TestSocket.open(`${hub.url}/control`, { token: 'sb_guess' }),
    agent: () => TestSocket.open(`${hub.url}/agent`, { token: 'sb_guess', project: 'acme' }),
  };
  await Promise.all(Array.from({ length: 100 }, api));
  for (const [name, guess] of Object.entries(faces)) {
    // A few may be right again meanwhile, not so many.
    const heard = await Promise.all(Array.from({ length: 30 }, guess));
    expect([name, JSON.stringify(heard)]).toEqual([name, expect.stringContaining('"RATE_LIMITED"')]);
  }
  expect((await hub.call('task.list', {})).status).toBe(200);
});

import { REQUEST_TIMEOUT_MS } from '@signalbox/shared/time';
import { describe, expect, test, vi } from 'vitest';
import { SOON } from '../testing/soon.ts';
import { Gate } from './gate.ts';
import { OWNER_TOKEN, PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';
import { TestSocket } from './testing/test-socket.ts';

const open = (hub: TestHub, code: unknown, headers: Record<string, string> = {}) =>
  hub.fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ code }),
  });

/** Signs in with a fresh link; resolves with the Cookie header a browser would send. */
async function signIn(hub: TestHub): Promise<string> {
  const { headers } = await open(hub, await hub.linkCode());
  return headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

test('a code is exchanged for a cookie once', async () => {
  await using hub = await startTestHub();
  const code = await hub.linkCode();
  const { status, headers, body } = await open(hub, code);
  expect(status).toBe(200);
  expect(body).toMatchObject({ ok: true, you: { name: 'Kim', role: 'operator' } });
  const [cookie = ''] = headers.getSetCookie();
  expect(cookie).toMatch(new RegExp(`^signalbox_${hub.transport.port}=sb_operator_`));
  expect(cookie).toMatch(/; Max-Age=2592000;/);
  expect(cookie).toMatch(/; Path=\/;/);
  expect(cookie).toMatch(/; HttpOnly;/);
  expect(cookie).toMatch(/; SameSite=Strict$/);
  expect(await open(hub, code)).toMatchObject({ status: 409, body: { error: { code: 'EXPIRED' } } });
});

test('behind TLS the cookie never goes over a plain connection', async () => {
  await using hub = await startTestHub({ behindTlsProxy: true });
  const { headers } = await open(hub, await hub.linkCode());
  expect(headers.getSetCookie()[0]).toContain('; Secure');
});

test('codes that are made up, cut off or no text are refused', async () => {
  await using hub = await startTestHub();
  const code = await hub.linkCode();
  expect(await open(hub, code.slice(0, -1))).toMatchObject({
    status: 401,
    body: { error: { code: 'UNAUTHENTICATED' } },
  });
  expect(await open(hub, 'abc')).toMatchObject({ status: 401 });
  expect(await open(hub, 7)).toMatchObject({ status: 400, body: { error: { details: { field: 'code' } } } });
  expect(await open(hub, 'x'.repeat(10_000))).toMatchObject({ status: 400 });
  expect(await open(hub, code, { origin: 'http://evil.example' })).toMatchObject({ status: 403 });
  expect(await open(hub, code)).toMatchObject({ status: 200 });
});

test('the cookie works from our own pages only', async () => {
  await using hub = await startTestHub();
  const cookie = await signIn(hub);
  const create = (headers: Record<string, string>) =>
    hub.fetch(`/api/v1/projects/${PROJECT}/task.create`, {
      method: 'POST',
      headers: { cookie, ...headers },
      body: '{"title":"x"}',
    });
  expect(await create({ origin: hub.url })).toMatchObject({ status: 200, body: { task: { createdBy: 'human:Kim' } } });
  expect(await create({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200 });
  expect(await create({})).toMatchObject({ status: 403 });
  expect(await create({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
  expect(await hub.fetch(`/api/v1/projects/${PROJECT}/task.list`, { headers: { cookie } })).toMatchObject({
    status: 200,
  });
});

test('signing out ends the session everywhere', async () => {
  await using hub = await startTestHub();
  const cookie = await signIn(hub);
  const socket = await TestSocket.connected(`${hub.url}/control`, {}, { cookie });
  expect(await socket.call('subscribe', { project: PROJECT })).toMatchObject({
    ok: true,
    you: { name: 'Kim', role: 'operator' },
  });
  expect(await hub.fetch('/session', { method: 'DELETE', headers: { cookie } })).toMatchObject({ status: 403 });
  const out = await hub.fetch('/session', { method: 'DELETE', headers: { cookie, origin: hub.url } });
  expect(out).toMatchObject({ status: 200, body: { ok: true } });
  expect(out.headers.getSetCookie()[0]).toMatch(/=; .*Expires=Thu, 01 Jan 1970/);
  await socket.closed;
  expect(await hub.fetch(`/api/v1/projects/${PROJECT}/task.list`, { headers: { cookie } })).toMatchObject({
    status: 401,
  });
  expect(await TestSocket.open(`${hub.url}/control`, {}, { cookie })).toMatchObject({
    refused: { code: 'UNAUTHENTICATED' },
  });
});

test('signing out twice is being out', async () => {
  await using hub = await startTestHub();
  const cookie = await signIn(hub);
  const out = () => hub.fetch('/session', { method: 'DELETE', headers: { cookie, origin: hub.url } });
  const { ledger } = hub.projects.hub;
  const execute = ledger.execute.bind(ledger);
  let letGo = (): void => {};
  const both = new Promise<void>((resolve) => (letGo = resolve));
  const held = vi.spyOn(ledger, 'execute').mockImplementation(async (submission) => {
    await both;
    return execute(submission);
  });
  const answers = [out(), out()];
  await vi.waitFor(() => expect(held).toHaveBeenCalledTimes(2), SOON);
  letGo();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  expect(await out()).toMatchObject({ status: 401 });
});

test('a token is not signed out: neither that of an agent, nor that of an admin', async () => {
  await using hub = await startTestHub();
  for (const wish of [{ role: 'agent', project: PROJECT }, { role: 'admin' }] as const) {
    const { token } = await hub.token(wish);
    const headers = { authorization: `Bearer ${token}` };
    expect(await hub.fetch('/session', { method: 'DELETE', headers })).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', message: expect.stringContaining('token revoke') } },
    });
    expect(await hub.call('task.list', {}, { token })).toMatchObject({ status: 200 });
  }
});

const openWith = (hub: TestHub, token: string) =>
  hub.fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
const cookieOf = ({ headers }: { headers: Headers }) => headers.getSetCookie()[0]?.split(';')[0] ?? '';

test('whoever signs in too fast, with a token or a link, waits; others do not', async () => {
  const gate = new Gate({ lag: { isBehind: false, close: () => {} }, monotonic: () => 0 });
  await using hub = await startTestHub({ gate });
  const { token, tokenId } = await hub.token({ role: 'viewer', name: 'Wall' });
  const other = await hub.token({ role: 'viewer', name: 'Hall' });
  const code = await hub.linkCode();
  for (const actor of [`token:${tokenId}`, `link:${hub.auth.linkIdOf(code)}`])
    while (gate.refuse(actor, 'session.open') === undefined);
  const limited = { status: 429, body: { error: { code: 'RATE_LIMITED' } } };
  expect(await openWith(hub, token)).toMatchObject(limited);
  expect(await open(hub, code)).toMatchObject(limited);
  expect(await openWith(hub, other.token)).toMatchObject({ status: 200 });
  expect(await open(hub, await hub.linkCode())).toMatchObject({ status: 200 });
  const headers = { authorization: `Bearer ${token}` };
  expect(await hub.fetch('/session', { method: 'DELETE', headers })).toMatchObject(limited);
});

test('a hub that is behind still signs out', async () => {
  const lag = { isBehind: false, close: () => {} };
  await using hub = await startTestHub({ gate: new Gate({ lag }) });
  const cookie = await signIn(hub);
  lag.isBehind = true;
  expect(await openWith(hub, OWNER_TOKEN)).toMatchObject({ status: 503, body: { error: { code: 'OVERLOADED' } } });
  expect(await hub.fetch('/session', { method: 'DELETE', headers: { cookie, origin: hub.url } })).toMatchObject({
    status: 200,
  });
});

test('while Redis hangs, signing in and out are answered before the client gives up', async () => {
  await using hub = await startTestHub();
  const cookie = await signIn(hub);
  const execute = vi.spyOn(hub.projects.hub.ledger, 'execute').mockReturnValue(new Promise(() => {}));
  const answers = [
    openWith(hub, OWNER_TOKEN),
    hub.fetch('/session', { method: 'DELETE', headers: { cookie, origin: hub.url } }),
  ];
  await vi.waitFor(() => expect(execute).toHaveBeenCalledTimes(2), SOON);
  const late = performance.now() + REQUEST_TIMEOUT_MS;
  const clock = vi.spyOn(performance, 'now').mockReturnValue(late);
  try {
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ status: 504, body: { error: { code: 'TIMEOUT' } } });
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  } finally {
    clock.mockRestore();
    execute.mockRestore();
  }
});

describe('a token of a person', () => {
  const tasks = (hub: TestHub, cookie: string) =>
    hub.fetch(`/api/v1/projects/${PROJECT}/task.list`, { headers: { cookie } });

  test('opens a session of the same rights, which is another one and ends with it', async () => {
    await using hub = await startTestHub();
    const { token, tokenId } = await hub.token({ role: 'operator', name: 'Kim', project: PROJECT });
    const opened = await openWith(hub, token);
    expect(opened).toMatchObject({ status: 200, body: { you: { name: 'Kim', role: 'operator' } } });
    const cookie = cookieOf(opened);
    expect(cookie).not.toContain(token);
    expect(await tasks(hub, cookie)).toMatchObject({ status: 200 });
    await hub.call('token.revoke', { tokenId });
    expect(await tasks(hub, cookie)).toMatchObject({ status: 401 });
  });

  test('opens no session that would outlive it: a session opens no other', async () => {
    await using hub = await startTestHub();
    for (const token of [(await hub.token({ role: 'operator' })).token, OWNER_TOKEN]) {
      const [, text = ''] = cookieOf(await openWith(hub, token)).split('=');
      expect(await openWith(hub, text)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    }
  });

  test('stays when its session is signed out', async () => {
    await using hub = await startTestHub();
    const { token } = await hub.token({ role: 'viewer', name: 'Wall' });
    const cookie = cookieOf(await openWith(hub, token));
    await hub.fetch('/session', { method: 'DELETE', headers: { cookie, origin: hub.url } });
    expect(await tasks(hub, cookie)).toMatchObject({ status: 401 });
    expect(await openWith(hub, token)).toMatchObject({ status: 200 });
  });

  test('of the owner opens one too; that of an agent and a made-up one do not', async () => {
    await using hub = await startTestHub();
    expect(await openWith(hub, OWNER_TOKEN)).toMatchObject({ status: 200, body: { you: { role: 'admin' } } });
    const { token } = await hub.token({ role: 'agent', project: PROJECT });
    expect(await openWith(hub, token)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(await openWith(hub, 'sb_operator_x')).toMatchObject({ status: 401 });
    expect(await hub.fetch('/session', { method: 'POST', body: '{}' })).toMatchObject({ status: 400 });
  });
});

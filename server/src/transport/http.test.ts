import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { COMMANDS } from '@signalbox/shared/commands';
import { expect, test } from 'vitest';
import { OWNER_TOKEN, PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** fetch sets Host and Origin by itself; this sends what it is told. */
function raw(
  hub: TestHub,
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: hub.transport.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
test('a command is answered with its output, or with the status of its error code', async () => {
  await using hub = await startTestHub();
  expect(await hub.call('task.create', { title: 'Add login' })).toMatchObject({
    status: 200,
    body: { ok: true, epoch: expect.any(Number), seq: expect.any(Number), task: { id: 'T-1' } },
  });
  expect(await hub.call('task.create', { titel: 'x', title: 'y' })).toMatchObject({
    status: 400,
    body: { ok: false, error: { code: 'BAD_INPUT', details: { field: 'titel' } } },
  });
  expect(await hub.call('task.get', { taskId: 'T-9' })).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND' } },
  });
  expect(await hub.call('task.destroy', {})).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  expect(await hub.call('task.list', {}, { project: 'nowhere' })).toMatchObject({ status: 404 });
  expect(await hub.fetch('/api/v1/nothing', { headers: bearer(OWNER_TOKEN) })).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND' } },
  });
});

test('no token, a wrong one and one without permission are told apart, before anything else is looked at', async () => {
  await using hub = await startTestHub();
  const { token: viewer } = await hub.token({ role: 'viewer' });
  const path = `/api/v1/projects/${PROJECT}/task.create`;
  expect(await hub.fetch(path, { method: 'POST', body: '{{{' })).toMatchObject({
    status: 401,
    body: { error: { code: 'UNAUTHENTICATED' } },
  });
  expect((await hub.fetch(path, { method: 'POST' })).headers.get('www-authenticate')).toContain('Bearer');
  expect(await hub.call('task.create', {}, { token: 'sb_admin_no' })).toMatchObject({ status: 401 });
  expect(await hub.fetch(path, { method: 'POST', headers: { authorization: 'Basic abc' } })).toMatchObject({
    status: 401,
    body: { error: { message: 'Authorization: it must look like "Bearer sb_…".' } },
  });
  expect(await hub.call('task.create', { wrong: true }, { token: viewer })).toMatchObject({
    status: 403,
    body: { error: { code: 'FORBIDDEN' } },
  });
});

test('a header full of spaces is read like any other: two hundred of them hold up nobody', {
  timeout: 5_000,
}, async () => {
  await using hub = await startTestHub();
  const headers = { authorization: `Bearer sb_admin${' '.repeat(12_000)}x` };
  for (let n = 0; n < 200; n++) expect([401, 429]).toContain((await hub.fetch('/api/v1/projects', { headers })).status);
});

test('reading goes by GET, too, with text turned into what the field wants', async () => {
  await using hub = await startTestHub();
  for (const title of ['one', 'two', 'three']) await hub.call('task.create', { title });
  const get = (path: string) => hub.fetch(`/api/v1/projects/${PROJECT}/${path}`, { headers: bearer(OWNER_TOKEN) });
  expect(await get('task.list?limit=2&status=pending')).toMatchObject({
    status: 200,
    body: { tasks: [{ id: 'T-1' }, { id: 'T-2' }], next: 'T-2' },
  });
  expect(await get('lock.check?paths=src/a.ts&paths=docs/')).toMatchObject({
    status: 200,
    body: {
      paths: [
        { path: 'src/a.ts', mine: false },
        { path: 'docs/**', mine: false },
      ],
    },
  });
  expect(await get('lock.check?paths=src/a.ts')).toMatchObject({
    status: 200,
    body: { paths: [{ path: 'src/a.ts' }] },
  });
  expect(await get('task.list?limit=many')).toMatchObject({
    status: 400,
    body: { error: { details: { field: 'limit' } } },
  });
  expect(await get('task.list?colour=red')).toMatchObject({
    status: 400,
    body: { error: { details: { field: 'colour' } } },
  });
  expect(await get('task.list?__proto__=x')).toMatchObject({ status: 400 });
  expect(await get('task.create?title=x')).toMatchObject({ status: 400, body: { error: { code: 'BAD_INPUT' } } });
});

test('bodies that are not JSON, not objects or too large are refused with what is wrong', async () => {
  await using hub = await startTestHub();
  const post = (body: string | undefined) =>
    hub.fetch(`/api/v1/projects/${PROJECT}/task.create`, {
      method: 'POST',
      headers: bearer(OWNER_TOKEN),
      ...(body !== undefined && { body }),
    });
  expect(await post('{"title":')).toMatchObject({
    status: 400,
    body: { error: { code: 'BAD_INPUT', message: expect.stringContaining('JSON') } },
  });
  expect(await post('[]')).toMatchObject({ status: 400, body: { error: { code: 'BAD_INPUT' } } });
  expect(await post('"text"')).toMatchObject({ status: 400 });
  expect(await post(undefined)).toMatchObject({ status: 400, body: { error: { details: { field: 'title' } } } });
  expect(await post('{"title":"without a content type"}')).toMatchObject({ status: 200 });
  expect(await post(JSON.stringify({ title: 'x'.repeat(70_000) }))).toMatchObject({
    status: 400,
    body: { error: { details: { maxBytes: 65_536, bytes: 70_012 } } },
  });
  expect(await post(JSON.stringify({ title: 'x'.repeat(2 * 1024 * 1024) }))).toMatchObject({
    status: 400,
    body: { error: { details: { maxBytes: 2_097_152, bytes: 2_097_164 } } },
  });
  expect(await post('['.repeat(200_000))).toMatchObject({ status: 400 });
  expect(hub.errors).toEqual([]);
});

test('an answer that time may change says when to ask again', async () => {
  await using hub = await startTestHub();
  const as = async (id: string) => {
    const { body } = await hub.call('agent.register', { id, role: 'ai_specialist' });
    return { 'signalbox-agent': id, 'signalbox-connection': String(body.connection) };
  };
  const [carol, dave] = [await as('carol'), await as('dave')];
  await hub.call('lock.claim', { paths: ['src/'] }, { headers: carol });
  const held = await hub.call('lock.claim', { paths: ['src/a.ts'] }, { headers: dave });
  expect(held).toMatchObject({ status: 409, body: { error: { code: 'LOCK_HELD', retry: { afterMs: 1_000 } } } });
  expect(held.headers.get('retry-after')).toBe('1');
  expect(held.headers.get('cache-control')).toBe('no-store');
});

test('a token of another project sees nothing of this one', async () => {
  await using hub = await startTestHub();
  await hub.call('project.create', { id: 'other' }, { project: 'other' });
  for (const role of ['admin', 'operator', 'viewer', 'agent'] as const) {
    const { token } = await hub.token({ role, project: 'other', ...(role !== 'agent' && { name: 'Kim' }) });
    for (const { name } of COMMANDS)
      expect(await hub.call(name, {}, { token })).toMatchObject({
        status: 403,
        body: { error: { code: 'FORBIDDEN' } },
      });
  }
});

test('Signalbox-Seen has a form', async () => {
  await using hub = await startTestHub();
  const { body } = await hub.call('task.create', { title: 'x' });
  expect(
    await hub.call('task.list', {}, { headers: { 'signalbox-seen': `${String(body.epoch)}.${String(body.seq)}` } }),
  ).toMatchObject({ status: 200 });
  expect(await hub.call('task.list', {}, { headers: { 'signalbox-seen': 'yesterday' } })).toMatchObject({
    status: 400,
    body: { error: { details: { field: 'Signalbox-Seen' } } },
  });
});

test('requests under another name, or from a page of another site, end at the door', async () => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  const path = `/api/v1/projects/${PROJECT}/task.list`;
  const ours = `127.0.0.1:${port}`;
  const tried = async (headers: Record<string, string>) =>
    (await raw(hub, path, { headers: { ...bearer(OWNER_TOKEN), ...headers } })).status;
  expect(await tried({ host: ours })).toBe(200);
  expect(await tried({ host: `localhost:${port}` })).toBe(200);
  expect(await tried({ host: ours, origin: `http://${ours}` })).toBe(200);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`])
    expect([host, await tried({ host })]).toEqual([host, 403]);
  for (const origin of [
    'http://evil.example',
    'null',
    `http://localhost:${port}`,
    `https://${ours}`,
    `http://${ours}.evil.example`,
  ])
    expect([origin, await tried({ host: ours, origin })]).toEqual([origin, 403]);
  const { body } = await raw(hub, '/', { headers: { host: 'evil.example' } });
  expect(JSON.parse(body)).toMatchObject({
    ok: false,
    error: { code: 'FORBIDDEN', message: expect.stringContaining('Host') },
  });
});

test('every answer forbids what an injected text could do', async () => {
  await using hub = await startTestHub();
  const { headers } = await hub.fetch('/docs');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${hub.transport.port}`);
  expect(policy).not.toMatch(/unsafe/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('probes, documents and the guide need no token', async () => {
  await using hub = await startTestHub();
  expect(await hub.fetch('/healthz')).toMatchObject({ status: 200, body: { ok: true, version: '1.2.3' } });
  expect(await hub.fetch('/readyz')).toMatchObject({ status: 200 });
  expect(await hub.fetch('/metrics')).toMatchObject({ status: 200, body: { text: 'up 1\n' } });
  expect(await hub.fetch('/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
  for (const name of ['127.0.0.1', 'localhost']) {
    const host = `${name}:${hub.transport.port}`;
    const answer = await fetch(`http://${host}/asyncapi.json`);
    expect(await answer.json()).toMatchObject({ asyncapi: '3.0.0', servers: { hub: { host } } });
  }
  expect(await hub.fetch('/docs/style.css')).toMatchObject({ status: 200 });
  const docs = String((await hub.fetch('/docs')).body.text);
  const guide = await hub.fetch('/agent.md');
  expect(guide.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect(String(guide.body.text)).toContain(`npm i ${hub.url}/dl/signalbox.tgz`);
  for (const { name, access } of COMMANDS) {
    expect(docs).toContain(`<code>${name}</code>`);
    expect(String(guide.body.text).includes(`| \`${name}\` |`)).toBe(access === 'viewer' || access === 'member');
  }
});

test('a hub that is not ready says so, and behind a proxy metrics need a token', async () => {
  await using hub = await startTestHub({ ready: () => false, behindTlsProxy: true });
  expect((await hub.fetch('/readyz')).status).toBe(503);
  expect((await hub.fetch('/metrics')).status).toBe(401);
  expect((await hub.fetch('/metrics', { headers: bearer(OWNER_TOKEN) })).status).toBe(200);
  expect(String((await hub.fetch('/agent.md')).body.text)).toContain('https://127.0.0.1');
});

test('the control room is served with its addresses, its assets for a year', async () => {
  await using hub = await startTestHub();
  const html = { headers: { accept: 'text/html' } };
  expect(await hub.fetch('/', html)).toMatchObject({
    status: 503,
    body: { text: expect.stringContaining('npm run build') },
  });
  await mkdir(join(hub.clientDir, 'assets'));
  await writeFile(join(hub.clientDir, 'index.html'), '<title>room</title>');
  await writeFile(join(hub.clientDir, 'assets', 'index-abc123.js'), 'export {}');
  await writeFile(join(hub.clientDir, 'signalbox.tgz'), 'packed');
  for (const path of ['/', '/p/acme/tasks/T-1']) {
    const page = await hub.fetch(path, html);
    expect(page).toMatchObject({ status: 200, body: { text: '<title>room</title>' } });
    expect(page.headers.get('cache-control')).toBe('no-cache');
  }
  expect((await hub.fetch('/assets/index-abc123.js')).headers.get('cache-control')).toContain('immutable');
  expect(await hub.fetch('/assets/missing.js')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  expect(await hub.fetch('/dl/signalbox.tgz')).toMatchObject({ status: 200, body: { text: 'packed' } });
  expect(await hub.fetch('/api/v1x', html)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  expect((await raw(hub, '/../package.json', { headers: { host: `127.0.0.1:${hub.transport.port}` } })).status).toBe(
    404,
  );
  expect(await hub.fetch('/', { method: 'PUT' })).toMatchObject({ status: 404 });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startHub, type TestHub } from './support/hub.ts';

const CLI = fileURLToPath(new URL('../cli/bin/signalbox.js', import.meta.url));

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
}, 60_000);
afterAll(() => hub.close());

const become = (fact: () => Promise<boolean>): Promise<boolean> =>
  vi.waitUntil(fact, { timeout: 20_000, interval: 100 });

test('a lower limit bites: what is over goes, what is not stays, and the history still tells of it', async () => {
  const call = (command: string, input: object, headers = {}) => hub.call('forgetful', command, input, headers);
  await call('project.create', { id: 'forgetful' });
  const { connection } = await call('agent.register', { id: 'bob', role: 'coder', accepts: 'pull' });
  const bob = { 'signalbox-agent': 'bob', 'signalbox-connection': String(connection) };
  await call('task.create', { title: 'Old', description: 'long' });
  await call('task.next', {}, bob);
  await call('task.complete', { taskId: 'T-1', attempt: 1 }, bob);
  await call('task.create', { title: 'Open' });
  await call('message.send', { to: 'bob', type: 'note', body: 'x' });
  await call('message.send', { to: 'bob', type: 'note', body: 'x' });
  await call('message.ack', { messageIds: ['M-1'] }, bob);
  expect(await call('task.get', { taskId: 'T-1' })).toMatchObject({ ok: true });

  expect(
    await call('project.update', {
      retention: { finishedTasksMs: 1_000, ackedMessagesMs: 1_000, leftAgentsMs: 1_000 },
    }),
  ).toMatchObject({ ok: true });
  await become(async () => (await call('task.get', { taskId: 'T-1' })).ok === false);
  await become(async () => {
    const { messages } = await call('message.list', {});
    return JSON.stringify(messages).includes('M-2') && !JSON.stringify(messages).includes('M-1"');
  });
  await call('agent.leave', {}, bob);
  await become(async () => (await call('agent.get', { agentId: 'bob' })).ok === false);
  expect(await call('task.get', { taskId: 'T-2' })).toMatchObject({ ok: true });
  expect(JSON.stringify(await call('history.list', { kind: 'task' }))).toContain('"Old"');
}, 60_000);

test('a budget that is reached is an alarm, until it is raised', async () => {
  const call = (command: string, input: object, headers = {}) => hub.call('costly', command, input, headers);
  await call('project.create', { id: 'costly' });
  const { connection } = await call('agent.register', { id: 'bob', role: 'coder' });
  const bob = { 'signalbox-agent': 'bob', 'signalbox-connection': String(connection) };
  await call('agent.heartbeat', { usage: { tokensIn: 1_000, tokensOut: 100, costUsd: 12.5 } }, bob);
  const alarms = async () => JSON.stringify((await call('alarm.list', {})).alarms);
  await call('project.update', { budgetUsd: 10 });
  await become(async () => (await alarms()).includes('Its agents have reported $12.50 of $10.00'));
  await call('project.update', { budgetUsd: 100 });
  await become(async () => (await alarms()).includes('"returned"'));
}, 60_000);

test('an export has every record and its end, and nothing that lets somebody in', async () => {
  const call = (command: string, input: object) => hub.call('acme', command, input);
  await call('project.create', { id: 'acme', name: 'Acme' });
  await call('agent.register', { id: 'alice', role: 'coder', instance: 'the-process-of-alice' });
  const { token } = await hub.call('_hub', 'token.create', { role: 'viewer', name: 'Wall', project: 'acme' });
  const tasks = Array.from({ length: 1_000 }, (_, i) => ({ title: `Task ${i}`, description: 'd'.repeat(200) }));
  await call('task.createMany', { tasks });
  const { url, records } = await call('project.export', {});
  const response = await fetch(`${hub.url}${url}`, { headers: { authorization: `Bearer ${hub.ownerToken}` } });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const text = await response.text();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): { kind?: string; [key: string]: unknown } => JSON.parse(line));
  expect(lines[0]).toMatchObject({ export: 1, project: 'acme', records, settings: { name: 'Acme' } });
  expect(lines.at(-1)).toEqual({ end: true, records });
  expect(lines.filter(({ kind }) => kind === 'task')).toHaveLength(1_000);
  expect(lines.filter(({ kind, text: body }) => kind === 'body' && body === 'd'.repeat(200))).toHaveLength(1_000);
  expect(lines).toHaveLength(Number(records) + 2);
  for (const secret of [hub.ownerToken, String(token), 'the-process-of-alice', 'tokenId'])
    expect(text).not.toContain(secret);

  const refused = await fetch(`${hub.url}${url}`, { headers: { authorization: `Bearer ${String(token)}` } });
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: 'FORBIDDEN' } }]);
  expect((await fetch(`${hub.url}${url}`)).status).toBe(401);
  expect(
    (await fetch(`${hub.url}/api/v1/projects/_hub/export`, { headers: { authorization: `Bearer ${hub.ownerToken}` } }))
      .status,
  ).toBe(404);
});

test('signalbox project export writes the file once, for its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sb-export-'));
  const env = { ...process.env, SIGNALBOX_URL: hub.url, SIGNALBOX_TOKEN: hub.ownerToken, SIGNALBOX_PROJECT: 'acme' };
  const signalbox = (...args: string[]) =>
    promisify(execFile)(process.execPath, [CLI, ...args], { env, cwd: folder }).then(
      ({ stdout }) => stdout.trimEnd(),
      ({ stderr }: { stderr: string }) => stderr.trimEnd(),
    );
  try {
    const said = await signalbox('project', 'export');
    const file = join(folder, 'acme.ndjson');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(said).toBe(`${file}: ${lines.length - 2} records`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await signalbox('project', 'export')).toBe(`${file} exists already; name another with --out.`);
    expect(await signalbox('project', 'export', '--out', 'again.ndjson')).toContain('again.ndjson: ');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

import type { CommandOutput } from '@signalbox/shared/commands';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { describe, expect, test } from 'vitest';
import { connectAgent } from '../transport/testing/test-agent.ts';
import { startTestHub, type TestHub } from '../transport/testing/test-hub.ts';

type Events = CommandOutput<'history.list'>['events'];

async function history(hub: TestHub, input: object, options: Parameters<TestHub['call']>[2] = {}): Promise<Events> {
  const { body } = await hub.call('history.list', input, options);
  if (body.ok !== true) throw new Error(JSON.stringify(body));
  return body.events as Events;
}

const codeOf = (body: Record<string, unknown>): unknown =>
  body.ok === true ? 'ok' : (body.error as { code: string }).code;

describe('[HS3] what people do to others is in the log with its reason', () => {
  test.each<[string, (hub: TestHub) => Promise<unknown>, object]>([
    [
      'lock.forceRelease',
      async (hub) => {
        const { socket } = await connectAgent(hub, { id: 'alice' });
        await socket.call('lock.claim', { paths: ['src/'] });
      },
      { lockId: 'L-1', reason: 'alice is stuck' },
    ],
    ['agent.evict', (hub) => connectAgent(hub, { id: 'alice' }), { agentId: 'alice', reason: 'its machine is gone' }],
    ['task.cancel', (hub) => hub.call('task.create', { title: 'A' }), { taskId: 'T-1', reason: 'not needed' }],
    [
      'alarm.shelve',
      async (hub) => {
        await hub.call('task.create', { title: 'A', maxAttempts: 1 });
        const { socket } = await connectAgent(hub, { id: 'alice' });
        await socket.call('task.next', {});
        await socket.call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'no compiler' });
      },
      { alarmId: 'A-1', forMs: 60_000, reason: 'known' },
    ],
  ])('%s', async (command, prepare, input) => {
    await using hub = await startTestHub();
    await prepare(hub);
    expect((await hub.call(command, input)).body).toMatchObject({ ok: true });
    const stored = hub.ledger.log.at(-1)?.entry.txs.find((tx) => tx.command === command);
    expect(stored).toMatchObject({ actor: 'human:owner', reason: (input as { reason: string }).reason });
    expect(await history(hub, { actor: 'people', limit: 1 })).toMatchObject([
      { command, actor: 'human:owner', reason: (input as { reason: string }).reason },
    ]);
  });

  test('an agent taken over by force', async () => {
    await using hub = await startTestHub();
    await connectAgent(hub, { id: 'alice', instance: 'a' });
    await connectAgent(hub, { id: 'alice', instance: 'b', takeover: true });
    expect(await history(hub, { command: 'agent.register' })).toMatchObject([
      { reason: 'takeover: true', changes: [{ kind: 'agent', id: 'alice' }] },
      { changes: [{ kind: 'agent', id: 'alice' }] },
    ]);
  });
});

test('[HS3] agents and people are told apart by how they are signed in, not by what they say', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'kim' });
  const { token } = await hub.token({ role: 'operator', name: 'kim' });
  await socket.call('task.create', { title: 'of an agent' });
  const [registered] = await history(hub, { command: 'agent.register' });
  expect(registered).toMatchObject({ actor: 'kim', changes: [{ kind: 'agent', id: 'kim' }] });
  await hub.call('task.create', { title: 'of a person' }, { token });
  const created = await history(hub, { command: 'task.create' });
  expect(created.map(({ actor }) => actor)).toEqual(['human:kim', 'kim']);
});

describe('[HS4] who may read', () => {
  test('everybody of a project its history, nobody that of another', async () => {
    await using hub = await startTestHub();
    await hub.call('project.create', { id: 'web' }, { project: 'web' });
    for (const role of ['viewer', 'operator', 'admin', 'agent'] as const) {
      const { token } = await hub.token({ role, project: 'web' });
      expect(codeOf((await hub.call('history.list', {}, { token, project: 'web' })).body)).toBe('ok');
      expect(codeOf((await hub.call('history.list', {}, { token })).body)).toBe('FORBIDDEN');
    }
  });

  test.each<[string, Parameters<TestHub['token']>[0], string]>([
    ['an admin', { role: 'admin' }, 'ok'],
    ['an operator', { role: 'operator' }, 'FORBIDDEN'],
    ['a viewer', { role: 'viewer' }, 'FORBIDDEN'],
    ['an admin of one project', { role: 'admin', project: 'acme' }, 'FORBIDDEN'],
    ['an agent', { role: 'agent', project: 'acme' }, 'FORBIDDEN'],
  ])("%s asks for the hub's own", async (_, wish, code) => {
    await using hub = await startTestHub();
    const { token } = await hub.token(wish);
    expect(codeOf((await hub.call('history.list', {}, { token, project: HUB_PROJECT })).body)).toBe(code);
  });

  test("the hub's own tells of tokens, links, sessions and projects, and of no secret", async () => {
    await using hub = await startTestHub();
    const { token, tokenId } = await hub.token({ role: 'viewer', name: 'Wall' });
    const code = await hub.linkCode();
    const session = await hub.fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    await hub.call('token.revoke', { tokenId });
    const events = await history(hub, { kind: 'token' }, { project: HUB_PROJECT });
    expect(events).toMatchObject([
      { command: 'token.revoke', actor: 'human:owner', changes: [{ kind: 'token', id: tokenId, removed: true }] },
      { command: 'session.open', records: [{ kind: 'token', name: 'Kim', use: 'session' }] },
      { command: 'token.create', actor: 'human:owner', records: [{ kind: 'token', id: tokenId, name: 'Wall' }] },
    ]);
    const everything = JSON.stringify(await history(hub, {}, { project: HUB_PROJECT }));
    for (const secret of [token, token.slice(-40), code, String(session.headers.get('set-cookie')).split(/[=;]/)[1]])
      expect(everything).not.toContain(secret);
    expect(everything).toContain('project.create');
  });

  test('bodies of messages, request ids and replies stay in the ledger', async () => {
    await using hub = await startTestHub();
    const { socket } = await connectAgent(hub, { id: 'alice' });
    await connectAgent(hub, { id: 'bob' });
    const sent = { to: 'bob', type: 'note', body: 'between us', data: { deep: 'canary' }, requestId: 'request-1' };
    expect(await socket.call('message.send', sent)).toMatchObject({ ok: true });
    const events = await history(hub, { kind: 'message' });
    expect(events).toMatchObject([{ actor: 'alice', command: 'message.send', changes: [{ id: 'M-1' }] }]);
    for (const inner of ['between us', 'canary', 'request-1', 'skipped'])
      expect(JSON.stringify(events)).not.toContain(inner);
    expect(JSON.stringify(hub.ledger.log)).toContain('between us');
  });
});

test('a cursor that is none is refused', async () => {
  await using hub = await startTestHub();
  const { body } = await hub.call('history.list', { after: 'T-1' });
  expect(body).toMatchObject({ error: { code: 'BAD_INPUT', details: { field: 'after' } } });
});

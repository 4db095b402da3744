import { describe, expect, test, vi } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideEvict, decideRegister } from '../domain/agents.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryStore } from '../ledger/memory-store.ts';
import { CommandLane } from './command-lane.ts';
import { Gate } from './gate.ts';
import { connectAgent, handshake } from './testing/test-agent.ts';
import { OWNER_TOKEN, PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';
import { TestSocket } from './testing/test-socket.ts';

test('a handshake registers the agent and is answered with welcome', async () => {
  await using hub = await startTestHub();
  const { socket, welcome } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  expect(welcome).toMatchObject({
    project: PROJECT,
    agentId: 'alice',
    protocol: 1,
    heartbeatEveryMs: 15_000,
    durability: 'memory',
  });
  expect(await socket.call('agent.get', { agentId: 'alice' })).toMatchObject({
    ok: true,
    agent: { connected: true, connection: welcome.connection },
  });
});

test.each([
  ['no token', { token: undefined }, { code: 'UNAUTHENTICATED' }],
  ['a wrong token', { token: 'sb_agent_x' }, { code: 'UNAUTHENTICATED' }],
  ['another protocol', { protocol: 2 }, { code: 'UNSUPPORTED_PROTOCOL' }],
  ['a protocol that is no number', { protocol: 'one' }, { code: 'BAD_INPUT', details: { field: 'protocol' } }],
  ['no agent', { agent: undefined }, { code: 'BAD_INPUT', details: { field: 'agent' } }],
  ['a wrong id', { agent: { id: 'all', role: 'coordinator' } }, { code: 'BAD_INPUT', details: { field: 'agent.id' } }],
  [
    'an unknown field',
    { agent: { id: 'alice', role: 'coordinator', rank: 1 } },
    { code: 'BAD_INPUT', details: { field: 'agent.rank' } },
  ],
  ['an unknown project', { project: 'nowhere' }, { code: 'NOT_FOUND' }],
  ['more than 8 KB', { note: 'x'.repeat(9_000) }, { code: 'BAD_INPUT', details: { field: 'auth', maxBytes: 8_192 } }],
])('a handshake with %s is refused with what to do', async (_what, change, error) => {
  await using hub = await startTestHub();
  const opened = await TestSocket.open(`${hub.url}/agent`, { ...handshake({ id: 'alice' }), ...change });
  expect(opened).toMatchObject({ refused: error });
});

test('a token of another project, of another agent or of a viewer registers nobody', async () => {
  await using hub = await startTestHub();
  await hub.call('project.create', { id: 'other' }, { project: 'other' });
  const elsewhere = await hub.token({ role: 'agent', project: 'other' });
  const bound = await hub.token({ role: 'agent', project: PROJECT, agentId: 'bob' });
  const viewer = await hub.token({ role: 'viewer' });
  for (const { token } of [elsewhere, bound, viewer])
    expect(await TestSocket.open(`${hub.url}/agent`, handshake({ id: 'alice' }, { token }))).toMatchObject({
      refused: { code: 'FORBIDDEN' },
    });
  const { socket } = await connectAgent(hub, { id: 'bob' }, { token: bound.token });
  await using _ = socket;
});

test('after the welcome come messages, directives and the task, in this order', async () => {
  await using hub = await startTestHub();
  const first = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await hub.call('message.send', { to: 'alice', type: 'note', body: 'hello' });
  await hub.call('directive.send', { to: 'alice', action: 'say', body: 'ship it' });
  await hub.call('task.create', { title: 'Add login', description: 'With a cookie.' });
  await first.socket.call('task.next', {});
  first.socket.socket.close();
  const { socket } = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await using _ = socket;
  const { payload } = await socket.next('task.assigned');
  expect(payload).toMatchObject({ task: { id: 'T-1', status: 'in_progress', description: 'With a cookie.' } });
  expect(socket.events.map(({ name }) => name)).toEqual(['welcome', 'inbox', 'directive', 'task.assigned']);
  expect(socket.events[1]?.payload).toMatchObject({ messages: [{ id: 'M-1', body: 'hello' }] });
});

test('a directive is delivered when the client acknowledges its frame, not before', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  await hub.call('directive.send', { to: 'alice', action: 'say', body: 'ship it' });
  const { payload, ack } = await socket.next('directive');
  expect(payload).toMatchObject({ directive: { id: 'D-1', body: 'ship it' } });
  expect(await socket.call('directive.get', { directiveId: 'D-1' })).toMatchObject({ receipts: [{ state: 'queued' }] });
  const delivered = new Promise<void>((resolve) => {
    const off = hub.project.ledger.onCommit((committed) => {
      if (!committed.some(({ tx }) => tx.command === 'directive.delivered')) return;
      off();
      resolve();
    });
  });
  ack?.();
  await delivered;
  expect(await socket.call('directive.get', { directiveId: 'D-1' })).toMatchObject({
    receipts: [{ state: 'delivered' }],
  });
});

test('the newer connection of an agent ends the older one for good', async () => {
  await using hub = await startTestHub();
  const older = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  const newer = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await using _ = newer.socket;
  expect((await older.socket.next('superseded')).payload).toEqual({ by: newer.welcome.connection });
  expect(await older.socket.closed).toBe('io server disconnect');
  expect(await newer.socket.call('agent.heartbeat', {})).toMatchObject({ ok: true });
  expect(await newer.socket.call('agent.get', { agentId: 'alice' })).toMatchObject({
    agent: { connected: true, presence: 'present' },
  });
});

test('a registration that comes from elsewhere ends the socket too', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  const { body } = await hub.call('agent.register', { id: 'alice', role: 'coordinator', instance: 'i1' });
  expect((await socket.next('superseded')).payload).toEqual({ by: body.connection });
  await socket.closed;
});

test('a socket that closes without leaving makes its agent late at once', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  const late = new Promise<void>((resolve) => {
    hub.project.ledger.onCommit((committed) => {
      if (
        committed.some(({ changes }) =>
          changes.some(({ after }) => after?.kind === 'agent' && after.presence === 'late'),
        )
      )
        resolve();
    });
  });
  socket.socket.close();
  await late;
  expect(hub.errors).toEqual([]);
});

test('events nobody knows, wrong arguments and missing acknowledgements do no harm', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  expect(await socket.call('task.destroy', {})).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await socket.call('task.next', {}, {})).toMatchObject({ ok: false, error: { code: 'BAD_INPUT' } });
  expect(await socket.call('task.next', [])).toMatchObject({ ok: false, error: { code: 'BAD_INPUT' } });
  expect(await socket.call('task.next', 7)).toMatchObject({ ok: false, error: { code: 'BAD_INPUT' } });
  expect(await socket.call('task.next')).toMatchObject({ ok: true, task: null });
  expect(await socket.call('agent.register', { id: 'bob', role: 'coordinator' })).toMatchObject({
    error: { code: 'INVALID_STATE' },
  });
  expect(await socket.call('agent.evict', { agentId: 'alice', reason: 'x' })).toMatchObject({
    error: { code: 'FORBIDDEN' },
  });
  socket.socket.emit('task.next');
  socket.socket.emit('error', 'x');
  socket.socket.emit('task.create', { title: 'one' }, 'not a function');
  expect(await socket.call('task.list', {})).toMatchObject({ ok: true, tasks: [] });
  expect(hub.errors).toEqual([]);
});

/** What a connection may send at once; and a hub whose time stands still, so that it may never send more. */
const BURST = 2_000;
const inNoTime = () =>
  startTestHub({ gate: new Gate({ lag: { isBehind: false, close: () => {} }, monotonic: () => 0 }) });

test('events that are no commands are paid for like commands', async () => {
  await using hub = await inNoTime();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  const flood = Array.from({ length: BURST + 500 }, () => socket.call('task.next', {}, {}));
  const codes = (await Promise.all(flood)).map((answer) => (answer.error as { code: string }).code);
  expect(codes).toEqual([...Array(BURST).fill('BAD_INPUT'), ...Array(500).fill('RATE_LIMITED')]);
});

test('what everybody may read of an agent is not enough to pass for it', async () => {
  await using hub = await startTestHub();
  const { socket: alice } = await connectAgent(hub, { id: 'alice', instance: 'made-at-random' });
  await using _ = alice;
  const { agent } = await alice.call('agent.get', { agentId: 'alice' });
  const { instance } = agent as { instance?: string };
  expect(instance).not.toBe('made-at-random');
  const asAlice = handshake({ id: 'alice', ...(instance !== undefined && { instance }) });
  expect(await TestSocket.open(`${hub.url}/agent`, asAlice)).toMatchObject({ refused: { code: 'CONFLICT' } });
  const { token } = await hub.token({ role: 'agent', project: PROJECT });
  const knowing = handshake({ id: 'alice', instance: 'made-at-random' }, { token });
  expect(await TestSocket.open(`${hub.url}/agent`, knowing)).toMatchObject({ refused: { code: 'CONFLICT' } });
  expect(await alice.call('agent.get', { agentId: 'alice' })).toMatchObject({ agent: { connected: true } });
});

test('a command over its size is refused with limit and size; a plan may be larger', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  const data = 'ä'.repeat(40_000);
  const refused = await socket.call('message.send', { to: 'people', type: 'note', body: 'x', data });
  expect(refused).toMatchObject({
    error: { code: 'BAD_INPUT', details: { maxBytes: 65_536, bytes: expect.any(Number) } },
  });
  const size = Buffer.byteLength(JSON.stringify({ to: 'people', type: 'note', body: 'x', data }));
  expect(refused).toMatchObject({ error: { details: { bytes: size } } });
  const tasks = Array.from({ length: 200 }, (_none, at) => ({ title: `Task ${at}`, description: 'y'.repeat(1_000) }));
  expect(await socket.call('task.createMany', { tasks })).toMatchObject({ ok: true });
});

test('a command that is nested deeper than the stack is refused, and the hub goes on', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  await hub.call('task.create', { title: 'one' });
  await socket.call('task.next');
  const nested: unknown[] = [];
  for (let depth = 0, at = nested; depth < 3_000; depth++) {
    const inner: unknown[] = [];
    at.push(inner);
    at = inner;
  }
  expect(await socket.call('checkpoint.save', { taskId: 'T-1', attempt: 1, data: nested })).toMatchObject({
    ok: expect.any(Boolean),
  });
  expect(await socket.call('agent.heartbeat', {})).toMatchObject({ ok: true });
});

test('more than 1,000 commands a second are refused with a delay', async () => {
  await using hub = await inNoTime();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  const answers = await Promise.all(Array.from({ length: BURST + 500 }, () => socket.call('agent.heartbeat', {})));
  expect(answers.slice(0, BURST).filter(({ ok }) => ok !== true)).toEqual([]);
  for (const answer of answers.slice(BURST))
    expect(answer).toMatchObject({ error: { code: 'RATE_LIMITED', retry: { afterMs: expect.any(Number) } } });
});

test('an evicted agent hears who did it and why, after what it lost by it, and its connection ends', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice', accepts: 'push' });
  await hub.call('task.create', { title: 'Add login' });
  await socket.next('task.assigned');
  await socket.call('lock.claim', { paths: ['src/'] });
  await hub.call('agent.evict', { agentId: 'alice', reason: 'its machine is gone' });
  expect(await socket.closed).toBe('io server disconnect');
  expect(socket.events.at(-1)).toMatchObject({
    name: 'evicted',
    payload: { by: 'human:owner', reason: 'its machine is gone' },
  });
  expect(socket.events.slice(2).map(({ name }) => name)).toEqual(['task.withdrawn', 'lock.lost', 'evicted']);
  const again = await connectAgent(hub, { id: 'alice' });
  await using _ = again.socket;
  expect(await again.socket.call('agent.heartbeat', {})).toMatchObject({ ok: true });
});

test('an agent that leaves is answered, and its connection ends', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  expect(await socket.call('agent.leave', {})).toMatchObject({ ok: true });
  expect(await socket.closed).toBe('io server disconnect');
  expect(socket.events.map(({ name }) => name)).toEqual(['welcome']);
});

test('an agent that is removed while its next connection is on the way keeps that one', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  const [, again] = await Promise.all([
    hub.call('agent.evict', { agentId: 'alice', reason: 'x' }),
    socket.closed.then(() => connectAgent(hub, { id: 'alice' })),
  ]);
  await using _ = again.socket;
  expect(await again.socket.call('agent.heartbeat', {})).toMatchObject({ ok: true });
});

test('a revoked token closes its connections', async () => {
  await using hub = await startTestHub();
  const { token, tokenId } = await hub.token({ role: 'agent', project: PROJECT });
  const { socket } = await connectAgent(hub, { id: 'alice' }, { token });
  await hub.call('token.revoke', { tokenId });
  await socket.closed;
  expect(await TestSocket.open(`${hub.url}/agent`, handshake({ id: 'alice' }, { token }))).toMatchObject({
    refused: { code: 'UNAUTHENTICATED', message: expect.stringContaining('revoked') },
  });
});

test('another epoch closes the sockets with a word when to come back, and nobody is late for it', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await hub.newEpoch();
  expect((await socket.next('draining')).payload).toMatchObject({ reconnectAfterMs: expect.any(Number) });
  expect(await socket.closed).toBe('transport close');
  const again = await connectAgent(hub, { id: 'alice', instance: 'i1', takeover: true });
  await using _ = again.socket;
  const agents = hub.ledger.log.flatMap(({ entry }) => entry.txs.flatMap(({ puts }) => puts));
  expect(agents.filter((record) => record.kind === 'agent' && record.presence !== 'present')).toEqual([]);
});

describe('what another node does to an agent before its registration is answered here', () => {
  const HUB = { kind: 'hub' } as const;

  /** A second node of which this hub hears, and which at once does this to whoever registers here. */
  async function otherNode(hub: TestHub, act: (node: Ledger) => unknown): Promise<Ledger> {
    const node = await Ledger.open({ store: new MemoryStore(hub.ledger, 'node-2'), node: 'node-2' });
    hub.ledger.tails.set('node-1', (message) => hub.project.ledger.heard(message));
    hub.ledger.tails.set('node-2', (message) => {
      node.heard(message);
      if (message.entry?.txs.some(({ command }) => command === 'agent.register') === true) act(node);
    });
    // Its registration is written, and the answer is lost: asked again only when the other node has acted.
    hub.ledger.faults.push('after');
    return node;
  }

  test('a newer connection there ends this one', async () => {
    await using hub = await startTestHub();
    const profile = { id: 'alice', role: 'coordinator', instance: 'i2', takeover: true };
    const node = await otherNode(hub, (other) =>
      other.execute({
        command: 'agent.register',
        caller: HUB,
        decide: guarded(decideRegister, { profile, via: 'socket' as const }),
      }),
    );
    const socket = await TestSocket.connected(`${hub.url}/agent`, handshake({ id: 'alice', instance: 'i1' }));
    const { payload } = await socket.next('superseded');
    expect(payload).toEqual({ by: await node.read((view) => view.get('agent', 'alice')?.connection) });
    expect(await socket.closed).toBe('io server disconnect');
    await node.close();
  });

  test('its eviction there ends it', async () => {
    await using hub = await startTestHub();
    const node = await otherNode(hub, (other) =>
      other.execute({
        command: 'agent.evict',
        caller: HUB,
        decide: guarded(decideEvict, { agentId: 'alice', reason: 'off duty' }),
      }),
    );
    const socket = await TestSocket.connected(`${hub.url}/agent`, handshake({ id: 'alice', instance: 'i1' }));
    await socket.next('evicted');
    expect(await socket.closed).toBe('io server disconnect');
    expect(socket.events.map(({ name }) => name)).not.toContain('welcome');
    await node.close();
  });
});

test('a session of the epoch before neither ends one of the new epoch nor is heard any more', async () => {
  await using hub = await startTestHub();
  await hub.call('task.create', { title: 'before the copy' });
  const { ledger, project } = hub;
  const copy = structuredClone({ seq: ledger.seq, records: ledger.records });
  for (let n = 0; n < 5; n++) await hub.call('task.create', { title: `lost ${n}` });
  const old = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await using _ = old.socket;
  // It drains for as long as the hub waits.
  using idle = vi.spyOn(CommandLane.prototype, 'idle').mockReturnValue(new Promise(() => {}));
  Object.assign(ledger, copy, { log: [] });
  await hub.newEpoch();
  await old.socket.next('draining');
  expect(idle).toHaveBeenCalled();
  const again = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await using __ = again.socket;
  expect(again.welcome.connection).toBeLessThan(Number(old.welcome.connection));
  old.socket.socket.emit('agent.heartbeat', {}, () => {});
  await old.socket.closed;
  expect(old.socket.events.map(({ name }) => name)).not.toContain('superseded');
  expect(await again.socket.call('agent.heartbeat', {})).toMatchObject({ ok: true });
  expect(project.presence.beatsSince(0)).toEqual([['alice', again.welcome.connection, expect.any(Number)]]);
  await hub.call('message.send', { to: 'alice', type: 'note', body: 'hello' });
  await again.socket.next('inbox');
  expect(again.socket.events.map(({ name }) => name)).toEqual(['welcome', 'inbox']);
});

test('who drains into another epoch is heard for as long as the records name that connection', async () => {
  await using hub = await startTestHub();
  const { socket, welcome } = await connectAgent(hub, { id: 'alice', instance: 'i1' });
  await using _ = socket;
  using _idle = vi.spyOn(CommandLane.prototype, 'idle').mockReturnValue(new Promise(() => {}));
  await hub.newEpoch();
  await socket.next('draining');
  const { presence } = hub.project;
  const since = presence.now();
  expect(await socket.call('task.list', {})).toMatchObject({ ok: true });
  expect(presence.beatsSince(since)).toEqual([['alice', welcome.connection, expect.any(Number)]]);
});

test('a hub that stops tells its agents when to come back', async () => {
  const hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await hub[Symbol.asyncDispose]();
  expect((await socket.next('draining')).payload).toMatchObject({ reconnectAfterMs: expect.any(Number) });
  expect(await socket.closed).toBe('transport close');
});

test('other namespaces and the default one let nobody in', async () => {
  await using hub = await startTestHub();
  for (const url of [hub.url, `${hub.url}/admin`])
    expect(await TestSocket.open(url, { token: OWNER_TOKEN })).toMatchObject({ refused: { code: 'BAD_INPUT' } });
});

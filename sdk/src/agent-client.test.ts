import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { AgentClient } from './agent-client.ts';
import { connectedClient, makeClient, WELCOME } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';
import { VERSION } from './version.ts';

test('VERSION is the version of the package', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version: VERSION });
});

test.each([[undefined], ['']])('without an id, and with SIGNALBOX_AGENT %j, it says what to set', (value) => {
  vi.stubEnv('SIGNALBOX_AGENT', value);
  expect(() => new AgentClient({ role: 'speed_developer' })).toThrow(/set SIGNALBOX_AGENT/);
  vi.unstubAllEnvs();
});

describe('connect', () => {
  test('says who it is and resolves with the welcome', async () => {
    const { wire, client, welcome } = makeClient({ capabilities: ['typescript'], heartbeatEveryMs: 5_000 });
    const connected = client.connect();
    await settled();
    expect(wire.socket.address).toMatchObject({
      url: 'http://hub',
      namespace: '/agent',
      auth: {
        token: 't',
        project: 'acme',
        protocol: 1,
        agent: {
          id: 'alice',
          role: 'speed_developer',
          capabilities: ['typescript'],
          heartbeatEveryMs: 5_000,
          client: 'signalbox-sdk',
          version: VERSION,
          pid: process.pid,
          cwd: '/repo',
          branch: 'main',
        },
      },
    });
    const { agent } = wire.socket.address.auth;
    expect(Object.keys(Object(agent))).not.toContain('token');
    await welcome();
    expect(await connected).toEqual(WELCOME);
    expect(client.state).toEqual({ state: 'live', welcome: WELCOME });
  });

  test.each(['UNAUTHENTICATED', 'FORBIDDEN', 'UNSUPPORTED_PROTOCOL', 'SUPERSEDED', 'CONFLICT', 'BAD_INPUT'] as const)(
    'rejects with %s and does not try again',
    async (code) => {
      const { wire, timers, client } = makeClient();
      const connected = client.connect();
      await settled();
      wire.socket.handlers.refused({ code, message: 'no, because', details: { pid: 7 } }, 'no');
      await expect(connected).rejects.toMatchObject({ code, message: 'no, because', details: { pid: 7 } });
      await timers.advance(60_000);
      expect(wire.sockets.length).toBe(1);
    },
  );

  test('tries a hub that is not there for ten seconds, then says so', async () => {
    const { wire, timers, client } = makeClient();
    const connected = client.connect();
    const outcome = expect(connected).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: /No hub answers at http:\/\/hub/,
    });
    await settled();
    for (let i = 0; i < 40; i++) {
      if (!wire.socket.closed) wire.socket.handlers.refused(null, 'connection refused');
      await timers.advance(250);
    }
    await outcome;
    expect(wire.sockets.length).toBeGreaterThan(4);
    expect(client.state.state).toBe('closed');
  });
});

describe('reconnect', () => {
  test('after 0.25 s, with what it has seen; a CONFLICT then passes', async () => {
    const { wire, timers, client } = await connectedClient();
    const listed = client.command('agent.list', {});
    await settled();
    wire.socket.last('agent.list').answer({ epoch: 1, seq: 42, agents: [] });
    await listed;
    wire.socket.cut('ping timeout');
    expect(client.state).toEqual({
      state: 'reconnecting',
      attempt: 1,
      nextTryAt: timers.wall() + 250,
      closeReason: 'ping timeout',
    });
    await timers.advance(250);
    expect(wire.socket.address.auth.seen).toEqual({ epoch: 1, seq: 42 });
    wire.socket.handlers.refused({ code: 'CONFLICT', message: 'alice is there' }, '');
    expect(client.state.state).toBe('reconnecting');
    await timers.advance(500);
    expect(wire.sockets.length).toBe(3);
  });

  test('with what it has said of itself since, as far as the hub has taken it', async () => {
    const { wire, timers, client } = await connectedClient({ capabilities: ['a'], maxTasks: 1 });
    const updated = client.command('agent.update', { capabilities: ['b'], maxTasks: 3 });
    await settled();
    wire.socket.last('agent.update').answer({ epoch: 1, seq: 5, agent: {} });
    await updated;
    const refused = client.command('agent.update', { capabilities: ['c'] });
    const outcome = expect(refused).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await settled();
    wire.socket.last('agent.update').refuse('BAD_INPUT');
    await outcome;
    wire.socket.cut('transport close');
    await timers.advance(250);
    expect(wire.socket.address.auth.agent).toMatchObject({ capabilities: ['b'], maxTasks: 3 });
  });

  test('never after superseded', async () => {
    const { wire, timers, client } = await connectedClient();
    const waiting = client.command('agent.list', {});
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await settled();
    wire.socket.push('superseded', { by: 99 });
    await outcome;
    expect(client.state).toEqual({ state: 'superseded', by: 99 });
    expect(wire.socket.closed).toBe(true);
    await timers.advance(60_000);
    expect(wire.sockets.length).toBe(1);
    await expect(client.command('agent.list', {})).rejects.toMatchObject({ code: 'SUPERSEDED' });
  });

  test('never after a person has removed it; what it was doing ends with that reason', async () => {
    const { wire, timers, client } = await connectedClient();
    const waiting = client.command('agent.list', {});
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'SUPERSEDED', message: /human:kim.*off duty/ });
    await settled();
    wire.socket.push('evicted', { by: 'human:kim', reason: 'off duty' });
    await outcome;
    expect(client.state).toMatchObject({ state: 'closed', error: { code: 'SUPERSEDED' } });
    await timers.advance(60_000);
    expect(wire.sockets.length).toBe(1);
  });

  test('says why the hub ended the connection before', async () => {
    const { errors, reconnect } = await connectedClient();
    await reconnect({ cutOff: { code: 'SLOW_CONSUMER', message: 'You did not read.' } });
    expect(errors).toEqual(['the connection before this one: You did not read.']);
  });

  test('not before a hub that has too many coming at once says', async () => {
    const { wire, timers } = await connectedClient();
    wire.socket.cut();
    await timers.advance(250);
    wire.socket.handlers.refused({ code: 'RATE_LIMITED', message: 'too many', retry: { afterMs: 3_000 } }, '');
    await timers.advance(2_999);
    expect(wire.sockets.length).toBe(2);
    await timers.advance(1);
    expect(wire.sockets.length).toBe(3);
  });

  test('when a draining hub says, not before', async () => {
    const { wire, timers, client } = await connectedClient();
    wire.socket.push('draining', { reconnectAfterMs: 800 });
    expect(client.state).toEqual({ state: 'draining', reconnectAfterMs: 800 });
    await timers.advance(300);
    wire.socket.cut('io server disconnect');
    await timers.advance(499);
    expect(wire.sockets.length).toBe(1);
    await timers.advance(1);
    expect(wire.sockets.length).toBe(2);
  });

  test('also when a draining hub never closes', async () => {
    const { wire, timers } = await connectedClient();
    const [first] = wire.sockets;
    wire.socket.push('draining', { reconnectAfterMs: 800 });
    await timers.advance(801);
    expect([wire.sockets.length, first?.closed]).toEqual([2, true]);
  });
});

describe('heartbeats', () => {
  test('at the pace of the welcome, with news at once', async () => {
    const { wire, timers, client } = await connectedClient();
    expect(wire.socket.all('agent.heartbeat').length).toBe(1);
    await timers.advance(15_000);
    expect(wire.socket.all('agent.heartbeat').length).toBe(2);
    client.tell({ activity: { doing: 'reading' } });
    expect(wire.socket.last('agent.heartbeat').payload).toEqual({ activity: { doing: 'reading' } });
    await timers.advance(14_999);
    expect(wire.socket.all('agent.heartbeat').length).toBe(3);
  });

  test('what was not heard is said again', async () => {
    const { wire, client, reconnect } = await connectedClient();
    client.tell({ activity: { doing: 'reading' } });
    await reconnect();
    expect(wire.socket.last('agent.heartbeat').payload).toMatchObject({ activity: { doing: 'reading' } });
  });
});

describe('leave', () => {
  test('tells the hub, then closes', async () => {
    const { wire, client } = await connectedClient();
    const left = client.leave('done for today');
    await settled();
    expect(wire.socket.last('agent.leave').payload).toMatchObject({ reason: 'done for today' });
    wire.socket.last('agent.leave').answer({});
    await left;
    expect(client.state).toEqual({ state: 'closed', error: null });
    expect(wire.socket.closed).toBe(true);
  });
});

test('an order that came some other way is checked at the hub', async () => {
  const { wire, client } = await connectedClient();
  const verified = client.verifyDirective('D-7');
  await settled();
  expect(wire.socket.last('directive.verify').payload).toMatchObject({ directiveId: 'D-7' });
  const said = { from: 'human:kim', to: 'alice', action: 'say', mine: true, at: 1, expired: false };
  wire.socket.last('directive.verify').answer(said);
  expect(await verified).toMatchObject(said);
});

test('events of a newer hub and garbage do no harm', async () => {
  const { wire, client, errors } = await connectedClient();
  for (const garbage of [
    undefined,
    null,
    7,
    {},
    { task: 1 },
    { messages: [1, null] },
    { directive: { id: 1 } },
    { question: {} },
  ])
    for (const name of [
      'inbox',
      'directive',
      'task.assigned',
      'task.withdrawn',
      'lock.granted',
      'lock.lost',
      'question.answered',
      'new',
    ])
      wire.socket.push(name, garbage);
  await settled();
  expect(client.state.state).toBe('live');
  expect(errors).toEqual([]);
});

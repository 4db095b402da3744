import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideDirective } from '../domain/directives.ts';
import { RawSocket } from './testing/raw-socket.ts';
import { connectAgent, handshake } from './testing/test-agent.ts';
import { OWNER_TOKEN, PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';
import { TestViewer } from './testing/test-viewer.ts';

const BINARY = 2;

/** It answers, and nothing was thrown that nobody caught. */
const isUnharmed = async (hub: TestHub): Promise<boolean> =>
  (await hub.fetch('/healthz')).status === 200 && hub.errors.length === 0;

test.each([
  ['text that is no packet', 'x'],
  ['an unknown engine packet', '9'],
  ['an unknown packet type', '49'],
  ['an event before any handshake', '42/agent,["task.next",{}]'],
  ['an event to the default namespace', '42["task.next",{}]'],
  ['an unfinished event', '42/agent,["task'],
  ['a handshake that is a list', '40/agent,[1]'],
  ['a handshake that is a text', '40/agent,"x"'],
  ['an acknowledgement of nothing', '43/agent,1[]'],
  ['a binary event', '451-/agent,["x",{"_placeholder":true,"num":0}]'],
  ['a namespace of a thousand characters', `40/${'a'.repeat(1_000)},{}`],
  ['a ping in the wrong direction', '2'],
])('%s closes the connection, not the hub', async (_what, frame) => {
  await using hub = await startTestHub();
  const raw = await RawSocket.connected(hub.transport.port);
  raw.send(frame);
  await raw.closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test.each([
  ['an event with a reserved name', '42/agent,["disconnect"]'],
  ['an event without a name', '42/agent,[]'],
  ['an event with a number for a name', '42/agent,[7,{}]'],
  ['an event that is an object', '42/agent,{"a":1}'],
  ['an event without anything', '42/agent,'],
  ['a second handshake', '40/agent,{}'],
  ['an error from the client', '44/agent,{}'],
  ['an acknowledgement that is no list', '43/agent,1{}'],
])('%s after the handshake closes the connection, not the hub', async (_what, frame) => {
  await using hub = await startTestHub();
  const raw = await RawSocket.connected(hub.transport.port);
  raw.send(`40/agent,${JSON.stringify(handshake({ id: 'alice' }))}`);
  await raw.text((text) => text.includes('"welcome"'));
  raw.send(frame);
  await raw.closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test('a binary frame and one over 2 MB close the connection', async () => {
  await using hub = await startTestHub();
  const binary = await RawSocket.connected(hub.transport.port);
  binary.send(Buffer.from([4, 5, 6]), BINARY);
  await binary.closed;
  const large = await RawSocket.connected(hub.transport.port);
  large.send('4'.repeat(2 * 1024 * 1024 + 1));
  await large.closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test('any bytes at any time close the connection at worst', { timeout: 60_000 }, async () => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  const frame = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom('40', '41', '42', '43', '44', '45', '46', '4'),
        fc.constantFrom('', '/agent,', '/control,', '/agent', '/'),
        fc.constantFrom('', '1', '99'),
        fc.json({ maxDepth: 3 }),
      )
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('42/agent,1', '42/agent,'), fc.json())
      .map(([head, json]) => `${head}["task.next",${json}]`),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(frame, { maxLength: 8 }),
      fc.option(fc.uint8Array({ maxLength: 40 })),
      async (registered, frames, bytes) => {
        await using raw = await RawSocket.connected(port);
        if (registered) {
          raw.send(`40/agent,${JSON.stringify(handshake({ id: 'alice', instance: 'i' }))}`);
          await raw.text((text) => text.includes('"welcome"') || text.startsWith('44'));
        }
        for (const one of frames) raw.send(one);
        if (bytes !== null) raw.socket.write(bytes);
        await hub.fetch('/healthz');
      },
    ),
    { numRuns: 200 },
  );
  expect(await isUnharmed(hub)).toBe(true);
});

test('bytes that are not HTTP end the connection', async () => {
  await using hub = await startTestHub();
  const socket = connect(hub.transport.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('data', () => {});
  socket.on('error', () => {});
  socket.write('\u0000\u0001 garbage \r\n\r\n');
  await closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test('sockets from a page of another site, or under another name, are refused', async () => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  const ours = `127.0.0.1:${port}`;
  for (const headers of [
    { host: 'evil.example' },
    { host: '127.0.0.1' },
    { host: `127.0.0.1:${port + 1}` },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `https://${ours}` },
  ])
    expect([headers, await RawSocket.open(port, headers)]).toEqual([headers, 403]);
  for (const headers of [
    { origin: `http://${ours}` },
    { host: `localhost:${port}`, origin: `http://localhost:${port}` },
  ]) {
    const opened = await RawSocket.open(port, headers);
    expect(opened).toBeInstanceOf(RawSocket);
    if (opened instanceof RawSocket) opened.socket.destroy();
  }
});

test('only websockets are spoken', async () => {
  await using hub = await startTestHub();
  expect((await hub.fetch('/socket.io/?EIO=4&transport=polling')).status).toBe(400);
  const old = await RawSocket.open(hub.transport.port, {}, '/socket.io/?EIO=3&transport=websocket');
  expect(old).toBe(426);
  expect((await hub.fetch('/socket.io/socket.io.js')).status).toBe(400);
});

test('a request that names a connection there is gets no further than any other', async () => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  const raw = await RawSocket.connected(port);
  await raw.text((text) => text.startsWith('0{'));
  const { sid } = JSON.parse(raw.texts[0]?.slice(1) ?? '') as { sid: string };
  const path = `/socket.io/?EIO=4&transport=websocket&sid=${sid}`;
  expect(await RawSocket.open(port, { origin: 'http://evil.example' }, path)).toBe(403);
  expect(await RawSocket.open(port, {}, path)).toBe(400);
  expect((await hub.fetch(path)).status).toBe(400);
});

test('what is refused before any command is looked at says so like all else', async () => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  const asks = async (path: string, headers: Record<string, string>): Promise<object> => {
    const { body, status } = await upgrade(port, path, headers);
    return { status, ...(JSON.parse(body) as object) };
  };
  const error = (code: string): object => ({ ok: false, error: { code, message: expect.any(String) } });
  const socket = '/socket.io/?EIO=4&transport=websocket';
  expect(await asks(socket, { origin: 'null' })).toMatchObject({ status: 403, ...error('FORBIDDEN') });
  expect(await asks(socket, { 'sec-websocket-key': 'x' })).toMatchObject({ status: 400, ...error('BAD_INPUT') });
  expect(await asks('/nowhere', {})).toMatchObject({ status: 404, ...error('NOT_FOUND') });
  const raw = await RawSocket.connected(port);
  raw.send('40/none,{}');
  await raw.text((text) => text.startsWith('44/none,'));
  expect(JSON.parse(raw.texts.at(-1)?.slice('44/none,'.length) ?? '')).toMatchObject({ data: { code: 'BAD_INPUT' } });
});

/** What an upgrade that is refused is answered. */
function upgrade(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host: '127.0.0.1', port, path },
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
        ...{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers },
      },
    });
    asked.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('upgrade', () => reject(new Error('it was let in')));
    asked.on('error', reject);
    asked.end();
  });
}

test('a connection that joins no namespace does not stay', { timeout: 15_000 }, async () => {
  await using hub = await startTestHub();
  const raw = await RawSocket.connected(hub.transport.port);
  await raw.closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test('a connection that asks for namespaces over and over does not stay', async () => {
  await using hub = await startTestHub();
  const raw = await RawSocket.connected(hub.transport.port);
  raw.send(`40/control,${JSON.stringify({ token: OWNER_TOKEN })}`);
  await raw.text((text) => text.startsWith('40/control'));
  for (let times = 0; times < 1_000; times++) raw.send('40/nowhere,');
  await raw.closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test('a connection that leaves its namespace does not stay', async () => {
  await using hub = await startTestHub();
  const raw = await RawSocket.connected(hub.transport.port);
  raw.send(`40/control,${JSON.stringify({ token: OWNER_TOKEN })}`);
  await raw.text((text) => text.startsWith('40/control'));
  raw.send('41/control,');
  await raw.closed;
  expect(await isUnharmed(hub)).toBe(true);
});

test('input nested deeper than the stack is refused on both faces', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'bob' });
  await using _ = socket;
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const raw = await RawSocket.connected(hub.transport.port);
  raw.send(`40/agent,${JSON.stringify(handshake({ id: 'alice' }))}`);
  await raw.text((text) => text.includes('"welcome"'));
  raw.send(`42/agent,7["checkpoint.save",{"taskId":"T-1","attempt":1,"data":${deep}}]`);
  expect(await raw.text((text) => text.startsWith('43/agent,7'))).toContain('BAD_INPUT');
  raw.send(`42/agent,8["task.next",${deep}]`);
  expect(await raw.text((text) => text.startsWith('43/agent,8'))).toContain('BAD_INPUT');
  const other = await RawSocket.connected(hub.transport.port);
  other.send(`40/agent,{"token":${deep}}`);
  await other.closed;
  const less = await RawSocket.connected(hub.transport.port);
  less.send(`40/agent,{"token":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
  expect(await less.text((text) => text.startsWith('44/agent'))).toContain('BAD_INPUT');
  const body = `{"to":"bob","type":"note","body":"x","data":${deep}}`;
  expect(
    await hub.fetch(`/api/v1/projects/${PROJECT}/message.send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${OWNER_TOKEN}` },
      body,
    }),
  ).toMatchObject({ status: 400 });
  expect(await isUnharmed(hub)).toBe(true);
  raw.socket.destroy();
  less.socket.destroy();
});

test('before anybody has shown a token little is taken in, and a frame that is not finished does not wait', async () => {
  await using hub = await startTestHub();
  const raw = await RawSocket.connected(hub.transport.port);
  await raw.text((text) => text.startsWith('0'));
  const heard = raw.bytesRead;
  // A frame of 2 MB begins.
  raw.socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0]));
  raw.socket.write(Buffer.alloc(32 * 1024));
  await raw.closed;
  // Cut at once: whose time is over is sent a farewell.
  expect(raw.bytesRead).toBe(heard);
  const { socket } = await connectAgent(hub, { id: 'alice' });
  await using _ = socket;
  const tasks = Array.from({ length: 200 }, (_none, at) => ({ title: `Task ${at}`, description: 'y'.repeat(1_000) }));
  expect(await socket.call('task.createMany', { tasks })).toMatchObject({ ok: true });
  expect(await isUnharmed(hub)).toBe(true);
});

test('a control room that stops reading is not queued for; it is brought up to date when it reads again', {
  timeout: 60_000,
}, async () => {
  await using hub = await startTestHub();
  const slow = await RawSocket.connected(hub.transport.port);
  slow.send(`40/control,${JSON.stringify({ token: OWNER_TOKEN })}`);
  await slow.text((text) => text.startsWith('40/control'));
  slow.send(`42/control,0["subscribe",{"project":"${PROJECT}"}]`);
  await slow.text((text) => text.includes('"beat"'));
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  slow.socket.pause();
  const ROUNDS = 60;
  for (let round = 0; round < ROUNDS; round++) {
    await hub.project.ledger.execute({
      command: 'test',
      caller: { kind: 'hub' },
      decide: (draft) => {
        for (let id = 1; id <= 20; id++)
          draft.put({
            kind: 'message',
            id: `M-${id}`,
            from: 'hub',
            to: 'people',
            recipients: [],
            type: 'x'.repeat(50_000),
            // Of today: what is older than a project keeps would be forgotten meanwhile.
            at: Date.now(),
            bodies: { body: 'b' },
          });
        return {};
      },
    });
    await viewer.level(hub);
  }
  const { seq } = hub.project.ledger;
  slow.socket.resume();
  // The hub itself may have written more meanwhile: what is told then goes beyond.
  await slow.text((text) => Number(/"(?:to|seq)":(\d+)/.exec(text.slice(0, 200))?.[1]) >= seq);
  // What the kernel had taken already, and one state; not sixty.
  expect(slow.bytesRead).toBeLessThan(0.4 * ROUNDS * 1_000_000);
  expect(viewer.model.faults).toEqual([]);
  slow.socket.destroy();
});

test('an agent that stops reading is cut off, and gets what it missed when it comes back', {
  timeout: 60_000,
}, async () => {
  await using hub = await startTestHub();
  const slow = await RawSocket.connected(hub.transport.port);
  slow.send(`40/agent,${JSON.stringify(handshake({ id: 'alice', instance: 'i' }))}`);
  await slow.text((text) => text.includes('"welcome"'));
  slow.socket.pause();
  const cutOff = new Promise<void>((resolve) => {
    hub.project.ledger.onCommit((committed) => {
      if (committed.some(({ tx }) => tx.command === 'agent.presence')) resolve();
    });
  });
  let sent = 0;
  let open = true;
  void cutOff.then(() => {
    open = false;
  });
  while (open && sent < 5_000) {
    const body = `${++sent} ${'x'.repeat(4_000)}`;
    await hub.project.ledger.execute({
      command: 'directive.send',
      caller: { kind: 'person', name: 'Kim', role: 'operator' },
      decide: guarded(decideDirective, { to: 'alice', action: 'say', body }),
    });
  }
  expect(open).toBe(false);
  slow.socket.destroy();
  const { socket, welcome } = await connectAgent(hub, { id: 'alice', instance: 'i' });
  await using _ = socket;
  expect(welcome).toMatchObject({ cutOff: { code: 'SLOW_CONSUMER' } });
  const ids: unknown[] = [];
  for (let at = 0; at < sent; at++) ids.push((await socket.next('directive')).payload.directive);
  expect(ids.map((directive) => (directive as { id: string }).id)).toEqual(
    Array.from({ length: sent }, (_none, at) => `D-${at + 1}`),
  );
  socket.socket.close();
  const again = await connectAgent(hub, { id: 'alice', instance: 'i' });
  expect(again.welcome).not.toHaveProperty('cutOff');
  again.socket.socket.close();
});

test('a client that never closes its side does not hold a hub that stops', async () => {
  const hub = await startTestHub();
  const socket = connect({ port: hub.transport.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  socket.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      `Host: 127.0.0.1:${hub.transport.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ].join('\r\n'),
  );
  // The switch of protocols and engine.io's opening: it is a WebSocket from here on.
  await new Promise((resolve) => socket.once('data', resolve));
  await hub[Symbol.asyncDispose]();
  socket.destroy();
}, 5_000);

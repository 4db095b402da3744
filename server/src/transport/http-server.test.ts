import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createHttpServer, type HttpLimits } from './http-server.ts';
import { Strangers } from './strangers.ts';
import { startTestHub } from './testing/test-hub.ts';

/** Sends these bytes and no more; resolves with what came back when the server has closed the connection. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

/** Answers when the body is there, unless told otherwise. */
const whole: RequestListener = (request, response) => void request.resume().on('end', () => response.end('all of it'));

async function serve(limits: Partial<HttpLimits>, listener = whole) {
  const forever = 60_000;
  const server = createHttpServer(new Strangers(), {
    ...{ headersMs: forever, requestMs: forever, idleMs: forever, lookEveryMs: 20 },
    ...limits,
  });
  server.on('request', listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test.each([
  ['says nothing', { headersMs: 100 }, '', '408'],
  ['does not end its headers', { headersMs: 100 }, 'GET / HTTP/1.1\r\nHost: x\r\n', '408'],
  [
    'does not end its body',
    { headersMs: 100, requestMs: 200 },
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
    '408',
  ],
  ['stops in between', { idleMs: 100 }, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{', ''],
])('whoever %s is closed', async (_what, limits, bytes, answer) => {
  await using server = await serve(limits);
  expect(await send(server.port, bytes)).toContain(answer);
});

test('headers without end are refused', async () => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  expect(
    await send(port, `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
  ).toContain('431');
});

test.each([
  ['garbage', 'x\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
  ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: OWN\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
  ['a host that is a list', 'GET /healthz HTTP/1.1\r\nHost: OWN, evil.example\r\nConnection: close\r\n\r\n', 403],
  ['a host with a directive', 'GET / HTTP/1.1\r\nHost: OWN; script-src *\r\nConnection: close\r\n\r\n', 403],
  ['an expectation', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\nConnection: close\r\n\r\n', 417],
])('%s gets a typed refusal, too', async (_what, bytes, status) => {
  await using hub = await startTestHub();
  const { port } = hub.transport;
  const answer = await send(port, bytes.replace('OWN', `127.0.0.1:${port}`));
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
    ok: false,
    error: { code: status === 403 ? 'FORBIDDEN' : 'BAD_INPUT' },
  });
});

test('garbage behind a request is not answered into the middle of its answer', async () => {
  await using server = await serve({}, (_request, response) => void response.write('half of it'));
  const socket = connect(server.port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    // The answer has begun and will never end.
    if (answer === '') socket.write('GARBAGE\r\n\r\n');
    answer += chunk.toString();
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.on('close', resolve));
  expect(answer).toContain('half of it');
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

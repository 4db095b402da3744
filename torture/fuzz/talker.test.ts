import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { Inputs } from './inputs.ts';
import type { Published } from './published.ts';
import { Talker } from './talker.ts';
import { Verdicts } from './verdicts.ts';
import { frameOf, OPCODES } from './web-socket-frame.ts';

const published: Published = {
  commands: [{ name: 'task.list', input: { type: 'object' }, examples: [{}], byGet: false, namespaces: ['/agent'] }],
  schemas: {},
  codes: new Set(['BAD_INPUT', 'RATE_LIMITED']),
  statuses: new Set([400]),
};
const FRAMES = 100;
const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const DONE = '{"ok":true,"epoch":1,"seq":1}';
const NOT_NOW = '{"ok":false,"error":{"code":"RATE_LIMITED","message":"wait"}}';

let server: Server | undefined;
afterEach(() => server?.close());

const say = (socket: Socket, text: string): void => {
  socket.write(frameOf({ opcode: OPCODES.text, payload: Buffer.from(text), masked: false }));
};
const answer = (socket: Socket, id: string, text: string): void => say(socket, `43/agent,${id}[${text}]`);

/** A hub that does with the nth request of all what it is told; masks of zeros let it read what is sent as it stands. */
async function hubThat(takes: (socket: Socket, n: number, id: string) => void): Promise<URL> {
  let requests = 0;
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(UPGRADED);
      socket.on('data', (chunk) => {
        const text = chunk.toString();
        if (text.includes('40/agent,')) say(socket, '40/agent,{"sid":"x"}');
        for (const [, id = ''] of text.matchAll(/42\/agent,(\d+)\[/g)) takes(socket, ++requests, id);
      });
    });
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
}

/** What a talker makes of it. */
async function talkTo(hub: URL): Promise<Verdicts> {
  const verdicts = new Verdicts(published);
  let left = FRAMES;
  const talker = new Talker({
    hub,
    door: { namespace: '/agent', auth: {} },
    inputs: new Inputs(published),
    random: new Random(3),
    verdicts,
    take: () => left > 0 && left-- > 0,
    giveBack: (frames) => {
      left += frames;
    },
  });
  await talker.run();
  return verdicts;
}

test('a hub that answers everything raises no finding', async () => {
  const verdicts = await talkTo(await hubThat((socket, _n, id) => answer(socket, id, DONE)));
  expect(verdicts.findings).toEqual([]);
});

test('an end without a word while requests wait is a finding, and what waited is sent again', async () => {
  const hub = await hubThat((socket, n, id) => (n === 20 ? socket.destroy() : answer(socket, id, DONE)));
  const verdicts = await talkTo(hub);
  expect(verdicts.findings).toMatchObject([{ what: 'a connection that ended without a word, with requests waiting' }]);
  expect(verdicts.kinds.ok).toBeGreaterThan(FRAMES * 0.9);
});

test('an end that was announced is none', async () => {
  const hub = await hubThat((socket, n, id) => {
    if (n < 20 || n > 30) answer(socket, id, DONE);
    else if (n === 20) {
      say(socket, '42/agent,["superseded",{"by":7}]');
      socket.end();
    }
  });
  const verdicts = await talkTo(hub);
  expect(verdicts.findings).toEqual([]);
  expect(verdicts.kinds).toMatchObject({ 'closed: superseded': 1 });
});

test('what was refused for its pace does not count', async () => {
  const verdicts = await talkTo(await hubThat((socket, n, id) => answer(socket, id, n <= 10 ? NOT_NOW : DONE)));
  expect(verdicts.kinds.RATE_LIMITED).toBe(10);
  expect(verdicts.kinds.ok).toBeGreaterThan(FRAMES * 0.9);
});

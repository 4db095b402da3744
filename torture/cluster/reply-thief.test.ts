import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReplyThief } from './reply-thief.ts';
import { Wire } from './wire.ts';

let redis: Server;
let wire: Wire;
let thief: ReplyThief;
/** What Redis answers with; nothing while it is silent. */
let answers = true;
const appendOf = (batch: string): string => `EVALSHA {"batchId":"${batch}"}`;

beforeEach(async () => {
  answers = true;
  redis = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked) => {
      if (answers) socket.write(`did ${asked.toString()}`);
      else redis.emit('asked');
    });
  }).listen(0, '127.0.0.1');
  await once(redis, 'listening');
  wire = await Wire.to({ host: '127.0.0.1', port: (redis.address() as AddressInfo).port });
  thief = new ReplyThief(wire);
});
afterEach(async () => {
  await wire.close();
  redis.close();
});

async function hub(): Promise<Socket> {
  const socket = connect(wire.port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}
/** The answer, or undefined when the connection ended instead. */
const ask = (socket: Socket, what: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    socket.once('data', (answer) => resolve(answer.toString()));
    socket.once('close', () => resolve(undefined));
    socket.write(what);
  });

test('keeps the answer of one append, and lets it through when it is sent again', async () => {
  const stolen = thief.steal();
  expect(await ask(await hub(), 'PING')).toBe('did PING');
  expect(await ask(await hub(), appendOf('b1'))).toBeUndefined();
  await stolen;
  expect(await ask(await hub(), appendOf('b1'))).toBe(`did ${appendOf('b1')}`);
});

test('goes on after one that lost its connection before there was an answer', async () => {
  void thief.steal();
  answers = false;
  const asked = once(redis, 'asked');
  const first = await hub();
  const nothing = ask(first, appendOf('b1'));
  // It has been there: Redis has it.
  await asked;
  first.destroy();
  expect(await nothing).toBeUndefined();
  thief.disarm();
  answers = true;
  const stolen = thief.steal();
  expect(await ask(await hub(), appendOf('b2'))).toBeUndefined();
  await stolen;
});

test('leaves the connection open and silent, when told so, and goes on with others', async () => {
  const stolen = thief.steal('silence');
  const robbed = await hub();
  const nothing = ask(robbed, appendOf('b1'));
  await stolen;
  robbed.write('PING');
  // What was asked later, and answered, on another connection is heard.
  expect(await ask(await hub(), appendOf('b2'))).toBe(`did ${appendOf('b2')}`);
  expect(robbed.bytesRead).toBe(0);
  expect(robbed.destroyed).toBe(false);
  robbed.destroy();
  expect(await nothing).toBeUndefined();
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReplyThief } from './reply-thief.ts';
import { Wire } from './wire.ts';

const WRITTEN = '*1\r\n$2\r\nok\r\n';
const CONFLICT = '*2\r\n$8\r\nconflict\r\n$0\r\n\r\n';
const PONG = '+PONG\r\n';
const PING = '*1\r\n$4\r\nPING\r\n';
/** It writes nothing, and is answered as who did. */
const BARRIER = '*2\r\n$7\r\nEVALSHA\r\n$0\r\n\r\n';
const appendOf = (batch: string): string => {
  const entry = `{"batchId":"${batch}"}`;
  return `*2\r\n$7\r\nEVALSHA\r\n$${entry.length}\r\n${entry}\r\n`;
};

let redis: Server;
let wire: Wire;
let thief: ReplyThief;
/** What Redis says when it is asked something; nothing while it is silent. */
let says: (asked: string) => string | undefined;

/** As quick as it is: to everything that came, in its order. */
const everything = (asked: string): string =>
  asked.replaceAll(/\*1\r\n\$4\r\nPING\r\n|\*2\r\n\$7\r\nEVALSHA\r\n\$\d+\r\n[^\r]*\r\n/g, (command) =>
    command === PING ? PONG : WRITTEN,
  );

beforeEach(async () => {
  says = everything;
  redis = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked) => {
      const answer = says(asked.toString());
      if (answer !== undefined) socket.write(answer);
      redis.emit('asked', socket);
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

test('keeps the answer of one append, says which, and lets it through when it is sent again', async () => {
  const stolen = thief.steal();
  expect(await ask(await hub(), PING)).toBe(PONG);
  expect(await ask(await hub(), appendOf('b1'))).toBeUndefined();
  expect(await stolen).toBe('b1');
  void thief.steal();
  expect(await ask(await hub(), appendOf('b1'))).toBe(WRITTEN);
});

test('the same answer to what was asked before passes, and the append is still to be answered', async () => {
  const stolen = thief.steal();
  const robbed = await hub();
  says = () => WRITTEN;
  // Both are with Redis, which has done the first alone.
  const asked = once(redis, 'asked') as Promise<[Socket]>;
  expect(await ask(robbed, BARRIER + appendOf('b1'))).toBe(WRITTEN);
  expect(robbed.destroyed).toBe(false);
  const [socket] = await asked;
  const ended = new Promise((resolve) => robbed.once('close', resolve));
  socket.write(WRITTEN);
  await ended;
  expect(await stolen).toBe('b1');
});

test('an append that wrote nothing is answered, and the next one is robbed', async () => {
  const stolen = thief.steal();
  says = () => CONFLICT;
  expect(await ask(await hub(), appendOf('b1'))).toBe(CONFLICT);
  says = everything;
  expect(await ask(await hub(), appendOf('b2'))).toBeUndefined();
  expect(await stolen).toBe('b2');
});

test('two ledgers at once on one connection: the one that wrote is robbed', async () => {
  const stolen = thief.steal();
  says = () => CONFLICT + WRITTEN;
  expect(await ask(await hub(), appendOf('b1') + appendOf('b2'))).toBeUndefined();
  expect(await stolen).toBe('b2');
});

test('goes on after one that lost its connection before there was an answer', async () => {
  const stolen = thief.steal();
  says = () => undefined;
  const asked = once(redis, 'asked');
  const first = await hub();
  const nothing = ask(first, appendOf('b1'));
  // It has been there: Redis has it.
  await asked;
  first.destroy();
  expect(await nothing).toBeUndefined();
  says = everything;
  expect(await ask(await hub(), appendOf('b2'))).toBeUndefined();
  expect(await stolen).toBe('b2');
});

test('leaves the connection open and silent, when told so, and goes on with others', async () => {
  const stolen = thief.steal('silence');
  const robbed = await hub();
  const nothing = ask(robbed, appendOf('b1'));
  await stolen;
  robbed.write(PING);
  // What was asked later, and answered, on another connection is heard.
  expect(await ask(await hub(), appendOf('b2'))).toBe(WRITTEN);
  expect(robbed.bytesRead).toBe(0);
  expect(robbed.destroyed).toBe(false);
  robbed.destroy();
  expect(await nothing).toBeUndefined();
});

import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Strangers } from './strangers.ts';

/** A server whose connections are all strangers at first. */
async function open(max: number) {
  const strangers = new Strangers(max);
  const accepted: Socket[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    strangers.add(socket);
    accepted.push(socket);
    waiting.shift()?.();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clients: Socket[] = [];
  return {
    strangers,
    accepted,
    async come(): Promise<{ client: Socket; closed: Promise<void> }> {
      const here = new Promise<void>((resolve) => waiting.push(resolve));
      const client = connect(port, '127.0.0.1').on('error', () => {});
      client.resume();
      clients.push(client);
      await here;
      return { client, closed: new Promise((resolve) => client.on('close', () => resolve())) };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('of too many strangers the oldest goes; whoever has shown a token does not count', async () => {
  await using door = await open(2);
  const alice = await door.come();
  const [accepted] = door.accepted;
  if (accepted !== undefined) door.strangers.isKnown(accepted);
  const first = await door.come();
  await door.come();
  expect(door.strangers.size).toBe(2);
  await door.come();
  await first.closed;
  expect(door.strangers.size).toBe(2);
  expect(alice.client.destroyed).toBe(false);
});

test('whoever has gone is forgotten', async () => {
  await using door = await open(2);
  const { client } = await door.come();
  const gone = new Promise((resolve) => door.accepted[0]?.on('close', resolve));
  client.destroy();
  await gone;
  expect(door.strangers.size).toBe(0);
});

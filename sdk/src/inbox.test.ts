import { expect, test } from 'vitest';
import { connectedClient } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';
import { record } from './testing/model-hub.ts';

const from = (sender: string, n: number) => ({ ...record(`M-${n}`, n), from: sender, body: `body ${n}` });

test('runs once per message, in order, and acknowledges after it', async () => {
  const { wire, client } = await connectedClient();
  const seen: string[] = [];
  wire.socket.push('inbox', { messages: [from('bob', 1), from('bob', 2)] });
  expect(wire.socket.all('message.ack')).toEqual([]);
  client.onMessage(({ id }) => void seen.push(id));
  wire.socket.push('inbox', { messages: [from('bob', 2), from('bob', 3)] });
  await settled();
  expect(seen).toEqual(['M-1', 'M-2', 'M-3']);
  wire.socket.last('message.ack').answer({});
  await settled();
  expect(wire.socket.all('message.ack').flatMap(({ payload }) => payload.messageIds)).toEqual(['M-1', 'M-2', 'M-3']);
});

test('a message that comes again is acknowledged again and not handled again', async () => {
  const { wire, client, reconnect } = await connectedClient();
  const seen: string[] = [];
  client.onMessage(({ id }) => void seen.push(id));
  wire.socket.push('inbox', { messages: [from('bob', 1)] });
  await settled();
  wire.socket.last('message.ack').answer({});
  await reconnect();
  wire.socket.push('inbox', { messages: [from('bob', 1)] });
  await settled();
  expect(seen).toEqual(['M-1']);
  expect(wire.socket.last('message.ack').payload).toMatchObject({ messageIds: ['M-1'] });
});

test('a handler that fails is tried again; it holds up its sender and nobody else', async () => {
  const { wire, timers, client, errors } = await connectedClient();
  const seen: string[] = [];
  let broken = true;
  client.onMessage(({ id }) => {
    if (id === 'M-1' && broken) throw new Error('disk full');
    seen.push(id);
  });
  wire.socket.push('inbox', { messages: [from('bob', 1), from('carol', 2), from('bob', 3)] });
  await settled();
  expect(seen).toEqual(['M-2']);
  expect(errors).toEqual(['handling M-1: disk full']);
  broken = false;
  await timers.advance(1_000);
  expect(seen).toEqual(['M-2', 'M-1', 'M-3']);
});

test('another message under a number we know is another one: after Redis was replaced by an older copy', async () => {
  const { wire, client, reconnect } = await connectedClient();
  const seen: unknown[] = [];
  client.onMessage(({ body }) => void seen.push(body));
  wire.socket.push('inbox', { messages: [{ ...from('bob', 1), at: 1_000, body: 'old' }] });
  await settled();
  await reconnect({ epoch: 2 });
  wire.socket.push('inbox', { messages: [{ ...from('bob', 1), at: 2_000, body: 'new' }] });
  await settled();
  expect(seen).toEqual(['old', 'new']);
});

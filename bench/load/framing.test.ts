import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { expect, test } from 'vitest';
import { connectFrame, eventFrame, isOk, readFrame } from './framing.ts';

/** As a server writes it: the parser of the library itself, inside an Engine.IO message. */
const written = (type: PacketType, data: unknown, id?: number): string =>
  `4${String(new Encoder().encode({ type, nsp: '/agent', data, ...(id !== undefined && { id }) })[0])}`;

function read(frame: string) {
  expect(frame.charAt(0)).toBe('4');
  const decoder = new Decoder();
  const packets: unknown[] = [];
  decoder.on('decoded', (packet: unknown) => packets.push(packet));
  decoder.add(frame.slice(1));
  return packets[0];
}

test('a handshake is read by the library as one', () => {
  expect(read(connectFrame('/agent', { token: 'x', agent: { id: 'alice' } }))).toEqual({
    type: PacketType.CONNECT,
    nsp: '/agent',
    data: { token: 'x', agent: { id: 'alice' } },
  });
});

test('a command is read by the library as an event that wants an answer', () => {
  expect(read(eventFrame('/agent', 12, 'lock.claim', { paths: ['a,b/[c]"d".ts'] }))).toEqual({
    type: PacketType.EVENT,
    nsp: '/agent',
    id: 12,
    data: ['lock.claim', { paths: ['a,b/[c]"d".ts'] }],
  });
});

test('an answer is taken apart into its id and the JSON of its one argument', () => {
  const answer = { ok: true, paths: ['a,b/[c].ts'], fence: '1.2' };
  const received = readFrame(written(PacketType.ACK, [answer], 345));
  expect(received).toMatchObject({ kind: 'answer', id: 345 });
  expect(JSON.parse(received.kind === 'answer' ? received.body : '')).toEqual(answer);
});

test('an event of the server is known by its name', () => {
  expect(readFrame(written(PacketType.EVENT, ['welcome', { agentId: 'alice' }]))).toEqual({
    kind: 'event',
    name: 'welcome',
  });
  expect(readFrame(written(PacketType.EVENT, ['directive', {}], 7))).toEqual({ kind: 'event', name: 'directive' });
});

test('connected, refused and sent away are told apart', () => {
  expect(readFrame(written(PacketType.CONNECT, { sid: 'x' }))).toEqual({ kind: 'connected' });
  expect(readFrame(written(PacketType.CONNECT_ERROR, { message: 'no' }))).toEqual({
    kind: 'refused',
    reason: '{"message":"no"}',
  });
  expect(readFrame(written(PacketType.DISCONNECT, undefined))).toMatchObject({ kind: 'refused' });
});

test('what Engine.IO says of itself', () => {
  expect(readFrame('0{"sid":"x"}')).toEqual({ kind: 'open' });
  expect(readFrame('2')).toEqual({ kind: 'ping' });
  expect(readFrame('6')).toEqual({ kind: 'other' });
});

test('only a success counts', () => {
  expect(isOk('{"ok":true,"granted":true}')).toBe(true);
  expect(isOk('{"ok":false,"error":{"message":"{\\"ok\\":true"}}')).toBe(false);
});

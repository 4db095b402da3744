/**
 * Socket.IO (protocol 5) in Engine.IO (protocol 4) over a bare WebSocket: as much of it as a load generator needs.
 * Written by hand because socket.io-client itself costs more per operation than the server that is measured.
 */

/** Engine.IO `message` + Socket.IO `CONNECT`. */
export const connectFrame = (namespace: string, auth: object): string => `40${namespace},${JSON.stringify(auth)}`;

/** Engine.IO `message` + Socket.IO `EVENT` with an acknowledgement id. */
export const eventFrame = (namespace: string, id: number, name: string, input: object): string =>
  `42${namespace},${id}["${name}",${JSON.stringify(input)}]`;

export const PONG = '3';

export type Received =
  | { kind: 'open' | 'ping' | 'connected' | 'other' }
  /** `body` is the JSON of the answer, unparsed: most of them are only looked at. */
  | { kind: 'answer'; id: number; body: string }
  | { kind: 'event'; name: string }
  | { kind: 'refused'; reason: string };

const OTHER: Received = { kind: 'other' };
const OPEN: Received = { kind: 'open' };
const PING: Received = { kind: 'ping' };
const CONNECTED: Received = { kind: 'connected' };

export function readFrame(frame: string): Received {
  switch (frame.charAt(0)) {
    case '0':
      return OPEN;
    case '2':
      return PING;
    case '4':
      return readPacket(frame);
    default:
      return OTHER;
  }
}

function readPacket(frame: string): Received {
  const comma = frame.charAt(2) === '/' ? frame.indexOf(',') : 1;
  switch (frame.charAt(1)) {
    case '0':
      return CONNECTED;
    case '2':
      return readEvent(frame, comma + 1);
    case '3': {
      const list = frame.indexOf('[', comma);
      return { kind: 'answer', id: Number(frame.slice(comma + 1, list)), body: frame.slice(list + 1, -1) };
    }
    case '1':
    case '4':
      return { kind: 'refused', reason: frame.slice(comma + 1) };
    default:
      return OTHER;
  }
}

function readEvent(frame: string, from: number): Received {
  const start = frame.indexOf('["', from) + 2;
  return { kind: 'event', name: frame.slice(start, frame.indexOf('"', start)) };
}

/** Does the answer say that it worked? Both servers say so first. */
export const isOk = (body: string): boolean => body.startsWith('{"ok":true');

import { EventEmitter } from 'node:events';
import { AGENT_NAMESPACE, CONTROL_NAMESPACE } from '@signalbox/shared/endpoints';
import { refuse } from '@signalbox/shared/errors';

/** Packet types of the Socket.IO protocol, revision 5, that carry no binary attachments. */
const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;
/** Names that would pass for events of the library itself. */
const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];
const NAMESPACE_MAX = 101;
/** Of one connection; each is answered, whether its client reads or not. Whoever needs more opens another one. */
const MAX_HANDSHAKES = 500;
const ACK_ID_DIGITS = 15;

interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

export interface WireParser {
  Encoder: new () => Encoder;
  Decoder: new () => EventEmitter;
  /** Bytes of an event's input as it came; 0 when that is surely no more than `measureFrom`. */
  bytesOf(input: unknown): number;
}

/**
 * The Socket.IO protocol without its binary half, which this wire does not use: a frame that is not valid JSON of the
 * expected form throws, and the connection is closed for it. Inputs over `measureFrom` bytes are measured on the way,
 * while their text is at hand; all others need no measuring.
 */
export function createWireParser(measureFrom: number): WireParser {
  const sizes = new WeakMap<object, number>();
  return {
    Encoder,
    Decoder: class extends Decoder {
      protected override noteSize(text: string, args: readonly unknown[]): void {
        const [name, input] = args;
        // A UTF-16 unit is at most three bytes.
        if (text.length * 3 <= measureFrom || typeof input !== 'object' || input === null) return;
        const around = text.indexOf('[') + JSON.stringify(name).length + '[,]'.length;
        sizes.set(input, Buffer.byteLength(text) - around);
      }
    },
    bytesOf: (input) => (typeof input === 'object' && input !== null ? (sizes.get(input) ?? 0) : 0),
  };
}

/** What an event carries, as JSON already. */
class Encoded {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

/** JSON that goes out as it is, in place of the value it stands for. */
export const encoded = <T>(json: string): T => new Encoded(json) as T;

class Encoder {
  encode({ type, nsp, id, data: given }: Packet): string[] {
    const data = type === CONNECT_ERROR ? typed(given) : given;
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : jsonOf(data)}`];
  }
}

/** The library refuses namespaces that there are not by itself; its refusal gets a code like all others. */
function typed(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || 'data' in error) return error;
  const { refused } = refuse('BAD_INPUT', `Connect to the namespace ${AGENT_NAMESPACE} or ${CONTROL_NAMESPACE}.`);
  return { ...error, data: refused };
}

function jsonOf(data: unknown): string {
  if (!Array.isArray(data) || !(data[1] instanceof Encoded)) return JSON.stringify(data);
  return `[${JSON.stringify(data[0])},${data[1].json}]`;
}

abstract class Decoder extends EventEmitter {
  #handshakes = 0;

  protected abstract noteSize(text: string, args: readonly unknown[]): void;

  /** Emits `decoded` with the packet; throws at anything else than a text frame of the protocol. */
  add(frame: unknown): void {
    if (typeof frame !== 'string') throw new Error('a binary frame');
    const { type, nsp, id, length } = headOf(frame);
    const json = frame.slice(length);
    const packet: Packet = { type, nsp };
    if (id !== undefined) packet.id = id;
    if (json !== '') packet.data = JSON.parse(json);
    if (!isValid(packet)) throw new Error('not a packet');
    if (packet.type === CONNECT && ++this.#handshakes > MAX_HANDSHAKES) throw new Error('too many handshakes');
    if (packet.type === EVENT && Array.isArray(packet.data)) this.noteSize(frame, packet.data);
    this.emit('decoded', packet);
  }

  /** Called when the connection is over; nothing is kept between frames. */
  destroy(): void {}
}

interface Head extends Packet {
  /** Where the JSON begins. */
  length: number;
}

/** `<type>[<namespace>,][<ack id>]`, before the JSON. Read by hand: a regular expression would cost as much as the rest. */
function headOf(frame: string): Head {
  const type = digitAt(frame, 0);
  let at = 1;
  let nsp = '/';
  if (frame[1] === '/') {
    const comma = frame.indexOf(',');
    nsp = comma === -1 ? frame.slice(1) : frame.slice(1, comma);
    at = comma === -1 ? frame.length : comma + 1;
  }
  const first = at;
  let id = 0;
  for (let digit = digitAt(frame, at); digit >= 0 && at - first < ACK_ID_DIGITS; digit = digitAt(frame, ++at))
    id = id * 10 + digit;
  if (type < CONNECT || nsp.length > NAMESPACE_MAX) throw new Error('not a packet');
  return { type, nsp, length: at, ...(at > first && { id }) };
}

/** -1 when there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function isValid({ type, data, id }: Packet): boolean {
  switch (type) {
    case CONNECT:
      return data === undefined || (typeof data === 'object' && data !== null && !Array.isArray(data));
    case DISCONNECT:
      return data === undefined;
    case EVENT:
      return Array.isArray(data) && typeof data[0] === 'string' && !RESERVED.includes(data[0]);
    case ACK:
      return Array.isArray(data) && id !== undefined;
    default:
      return false;
  }
}

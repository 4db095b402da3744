import { EventEmitter } from 'node:events';

/** Packet types of the Socket.IO protocol, revision 5, that carry no binary attachments. */
const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
/** Names that would pass for events of the library itself. */
const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];
/** `<type>[<namespace>,][<ack id>]`, before the JSON. */
const HEAD = /^([0-3])(?:(\/[^,]{0,100}),?)?(\d{1,15})?/;

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

class Encoder {
  encode({ type, nsp, id, data }: Packet): string[] {
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`];
  }
}

abstract class Decoder extends EventEmitter {
  protected abstract noteSize(text: string, args: readonly unknown[]): void;

  /** Emits `decoded` with the packet; throws at anything else than a text frame of the protocol. */
  add(frame: unknown): void {
    if (typeof frame !== 'string') throw new Error('a binary frame');
    const [head, type, nsp = '/', id] = HEAD.exec(frame) ?? [];
    if (head === undefined) throw new Error('not a packet');
    const json = frame.slice(head.length);
    const packet: Packet = { type: Number(type), nsp };
    if (id !== undefined) packet.id = Number(id);
    if (json !== '') packet.data = JSON.parse(json);
    if (!isValid(packet)) throw new Error('not a packet');
    if (packet.type === EVENT && Array.isArray(packet.data)) this.noteSize(frame, packet.data);
    this.emit('decoded', packet);
  }

  /** Called when the connection is over; nothing is kept between frames. */
  destroy(): void {}
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

/** A frame of RFC 6455, right or wrong. The mask is of zeros: it is there, and the payload stays readable. */
export interface FrameShape {
  opcode: number;
  payload: Buffer;
  fin?: boolean;
  /** The three reserved bits. */
  reserved?: number;
  masked?: boolean;
  /** What the header says, where that is not the length of the payload. */
  claimedLength?: number;
}

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const MASK_BYTES = 4;

export function frameOf({
  opcode,
  payload,
  fin = true,
  reserved = 0,
  masked = true,
  claimedLength,
}: FrameShape): Buffer {
  const length = claimedLength ?? payload.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  if (head.length === 2) head[1] = maskBit | length;
  else if (head.length === 4) {
    head[1] = maskBit | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(masked ? MASK_BYTES : 0), payload]);
}

export const textFrame = (text: string): Buffer => frameOf({ opcode: OPCODES.text, payload: Buffer.from(text) });

interface Received {
  opcode: number;
  payload: Buffer;
}

/** Frames out of the bytes of a server, which masks nothing and whose frames here are never fragmented. */
export class FrameReader {
  #waiting: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Iterable<Received> {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    for (;;) {
      const buffer = this.#waiting;
      if (buffer.length < 2) return;
      const short = (buffer[1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (buffer.length < head) return;
      const length = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
      if (buffer.length < head + length) return;
      this.#waiting = buffer.subarray(head + length);
      yield { opcode: (buffer[0] ?? 0) & 0x0f, payload: buffer.subarray(head, head + length) };
    }
  }
}

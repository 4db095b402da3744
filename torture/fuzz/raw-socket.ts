import type { Socket } from 'node:net';
import { dial } from './dial.ts';
import { FrameReader, frameOf, OPCODES, textFrame } from './web-socket-frame.ts';

/** How a connection ended: with the code of a close frame, or by the end of the TCP connection. */
export type End = { code: number | undefined };

const HEAD_END = '\r\n\r\n';
const PONG_WITHIN_MS = 11_000;

/** A WebSocket to the hub's Socket.IO port on which any bytes can be sent. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #pongs: (() => void)[] = [];
  #code: number | undefined;
  onText: (text: string) => void = () => {};
  /** Resolves when nothing comes any more. */
  readonly ended: Promise<End>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.ended = new Promise((resolve) => socket.once('close', () => resolve({ code: this.#code })));
    socket.once('end', () => socket.end());
  }

  /** Rejects with the first line of the answer when the hub does not upgrade. */
  static async open(hub: URL, headers: Readonly<Record<string, string>> = {}, from?: string): Promise<RawSocket> {
    const socket = await dial(hub, from);
    const own = { Host: hub.host, Upgrade: 'websocket', Connection: 'Upgrade', ...headers };
    const lines = Object.entries({
      ...own,
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    });
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    const raw = new RawSocket(socket);
    const rest = await new Promise<Buffer>((resolve, reject) => {
      let head: Buffer = Buffer.alloc(0);
      const hear = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const at = head.indexOf(HEAD_END);
        if (at === -1) return;
        socket.off('data', hear);
        if (head.toString('latin1', 0, 12) === 'HTTP/1.1 101') resolve(head.subarray(at + HEAD_END.length));
        else socket.destroy();
        // Does nothing when it is resolved.
        reject(new Error(head.toString('latin1', 0, head.indexOf('\r\n'))));
      };
      socket.on('data', hear);
      socket.once('close', () => reject(new Error('closed before the upgrade was answered')));
    });
    socket.on('data', (chunk: Buffer) => raw.#read(chunk));
    // Whoever asked hears the first frames, too.
    setImmediate(() => raw.#read(rest));
    return raw;
  }

  #read(chunk: Buffer): void {
    for (const { opcode, payload } of this.#reader.read(chunk)) {
      if (opcode === OPCODES.text) this.onText(payload.toString());
      else if (opcode === OPCODES.pong) this.#pongs.shift()?.();
      else if (opcode === OPCODES.close) {
        this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.#socket.end(frameOf({ opcode: OPCODES.close, payload: payload.subarray(0, 2) }));
      }
    }
  }

  send(text: string): void {
    this.sendBytes(textFrame(text));
  }

  sendBytes(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** True when the kernel has taken all of it while the connection stood. */
  written(bytes: Buffer): Promise<boolean> {
    if (!this.#socket.writable) return Promise.resolve(false);
    return new Promise((resolve) =>
      this.#socket.write(bytes, (error) => resolve(error === null || error === undefined)),
    );
  }

  /** What `send` sends leaves in one piece. */
  together(send: () => void): void {
    this.#socket.cork();
    send();
    this.#socket.uncork();
  }

  /** Everything sent so far was read: a pong came (`open`), or the connection has ended; neither in time is `hangs`. */
  async settled(): Promise<'open' | 'ended' | 'hangs'> {
    const pong = new Promise<'open'>((resolve) => this.#pongs.push(() => resolve('open')));
    this.sendBytes(frameOf({ opcode: OPCODES.ping, payload: Buffer.from('?') }));
    return this.#within(pong);
  }

  /** Ends our side; the other one should follow. */
  async leave(): Promise<'ended' | 'hangs'> {
    this.#socket.end();
    const outcome = await this.#within(new Promise<never>(() => {}));
    this.#socket.destroy();
    return outcome;
  }

  async #within<T>(event: Promise<T>): Promise<T | 'ended' | 'hangs'> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'hangs'>((resolve) => {
      timer = setTimeout(() => resolve('hangs'), PONG_WITHIN_MS);
    });
    try {
      return await Promise.race([event, this.ended.then(() => 'ended' as const), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

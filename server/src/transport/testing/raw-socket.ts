import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

const TEXT = 1;
const CLOSE = 8;

/** A websocket without a library: sends any bytes, and reads only when it wants to. */
export class RawSocket implements AsyncDisposable {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** Text frames received. */
  readonly texts: string[] = [];
  bytesRead = 0;
  #rest: Buffer = Buffer.alloc(0);
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket, head: Buffer) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#read(head);
  }

  /** Resolves with the connection, or with the HTTP status it was refused with. */
  static open(
    port: number,
    headers: Record<string, string> = {},
    path = '/socket.io/?EIO=4&transport=websocket',
  ): Promise<RawSocket | number> {
    return new Promise((resolve, reject) => {
      const upgrade = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      };
      const sent = request({
        host: '127.0.0.1',
        port,
        path,
        headers: { host: `127.0.0.1:${port}`, ...upgrade, ...headers },
      });
      sent.on('upgrade', (_response, socket: Socket, head: Buffer) => resolve(new RawSocket(socket, head)));
      sent.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  static async connected(port: number): Promise<RawSocket> {
    const opened = await RawSocket.open(port);
    if (opened instanceof RawSocket) return opened;
    throw new Error(`refused with ${opened}`);
  }

  send(payload: string | Buffer, opcode = TEXT): void {
    const data = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const length = data.length < 126 ? Buffer.from([0x80 | data.length]) : Buffer.alloc(9);
    if (data.length >= 126) {
      length[0] = 0xff;
      length.writeBigUInt64BE(BigInt(data.length), 1);
    }
    // A mask of zeros leaves the payload as it is.
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), length, Buffer.alloc(4), data]));
  }

  /** Resolves with the first text frame that fits, maybe one that is here already. */
  text(fits: (text: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.texts.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #read(chunk: Buffer): void {
    this.bytesRead += chunk.length;
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const [first = 0, second = 0] = this.#rest;
      const head = second === 126 ? 4 : second === 127 ? 10 : 2;
      if (this.#rest.length < head) break;
      const length =
        second === 126 ? this.#rest.readUInt16BE(2) : second === 127 ? Number(this.#rest.readBigUInt64BE(2)) : second;
      if (this.#rest.length < head + length) break;
      const payload = this.#rest.subarray(head, head + length);
      this.#rest = this.#rest.subarray(head + length);
      const opcode = first & 0x0f;
      if (opcode === CLOSE) this.socket.end();
      if (opcode !== TEXT) continue;
      const text = payload.toString();
      this.texts.push(text);
      // Engine.IO: a ping is answered, or the connection counts as dead.
      if (text === '2') this.send('3');
    }
    for (const look of this.#waiting) look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection through a wire: `near` is the side of who connected. */
interface Pair {
  near: Socket;
  far: Socket;
  there: Lane;
  back: Lane;
}
export type Weather =
  | { kind: 'clear' }
  /** Nothing gets through in either direction; it waits. */
  | { kind: 'stalled' }
  /** What the far side sends waits; the other direction is clear. */
  | { kind: 'one way' }
  | { kind: 'slow'; ms: number }
  /** New connections are ended at once. */
  | { kind: 'cut' };

export interface Target {
  host: string;
  port: number;
}

/** One direction of a connection: what was held up is not overtaken by what comes after. */
class Lane {
  readonly #to: Socket;
  readonly #waiting: { chunk: Buffer; due: number; passed: (() => void) | undefined }[] = [];
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(to: Socket) {
    this.#to = to;
  }

  /** Closed nothing passes, and everything waits. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  set isClosed(isClosed: boolean) {
    this.#isClosed = isClosed;
    this.#release();
  }

  /** Bytes that came and have not been passed on. */
  get waits(): number {
    return this.#waiting.reduce((bytes, { chunk }) => bytes + chunk.length, 0);
  }

  pass(chunk: Buffer, ms: number, passed?: () => void): void {
    const due = Math.max(performance.now() + ms, this.#waiting.at(-1)?.due ?? 0);
    this.#waiting.push({ chunk, due, passed });
    if (this.#waiting.length === 1) this.#release();
  }

  #release(): void {
    for (let [first] = this.#waiting; first !== undefined && !this.#isClosed; [first] = this.#waiting) {
      const left = first.due - performance.now();
      if (left > 0) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#release(), left);
        return;
      }
      this.#waiting.shift();
      if (this.#to.destroyed) continue;
      this.#to.write(first.chunk);
      first.passed?.();
    }
  }
}

/** TCP to some port, with its weather in our hands. */
export class Wire {
  readonly #target: Target;
  /** Bytes that came out at the near end (answers). */
  delivered = 0;
  /** Chunks that were held up by `slow`. */
  delayed = 0;
  /** Connections that were ended at once. */
  refused = 0;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #weather: Weather = { kind: 'clear' };

  private constructor(server: Server, target: Target) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (near) => this.#carry(near));
  }

  static async to(target: Target): Promise<Wire> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Wire(server, target);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Bytes that came and have not been passed on, either way. What is still with who sent it is not counted. */
  get waiting(): number {
    return [...this.#pairs].reduce((bytes, { there, back }) => bytes + there.waits + back.waits, 0);
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    for (const pair of this.#pairs) this.#expose(pair);
    if (weather.kind === 'cut') this.reset();
  }

  /** Every connection ends with a reset; tells how many. */
  reset(): number {
    const pairs = [...this.#pairs];
    for (const pair of pairs) this.#end(pair);
    return pairs.length;
  }

  /** Sees each chunk of an answer before it is passed on; `true` keeps it from the near side. */
  onAnswer: (chunk: Buffer, near: Socket) => boolean = () => false;
  onRequest: (chunk: Buffer, near: Socket) => void = () => {};

  #carry(near: Socket): void {
    if (this.#weather.kind === 'cut') {
      this.refused += 1;
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target.port, this.#target.host);
    const pair: Pair = { near, far, there: new Lane(far), back: new Lane(near) };
    const { there, back } = pair;
    this.#pairs.add(pair);
    for (const [socket, lane] of [
      [near, there],
      [far, back],
    ] as const) {
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => {
        // The end waits, too, as everything does that goes this way.
        if (!lane.isClosed) this.#end(pair);
      });
    }
    near.on('data', (chunk: Buffer) => {
      this.onRequest(chunk, near);
      this.#pass(chunk, there);
      // One chunk is enough to see that something waits; the rest is to wait with who sends it.
      if (there.isClosed) near.pause();
    });
    far.on('data', (chunk: Buffer) => {
      if (this.onAnswer(chunk, near)) return;
      this.#pass(chunk, back, () => {
        this.delivered += chunk.length;
      });
      if (back.isClosed) far.pause();
    });
    this.#expose(pair);
  }

  #pass(chunk: Buffer, lane: Lane, passed?: () => void): void {
    const ms = this.#weather.kind === 'slow' ? this.#weather.ms : 0;
    if (ms > 0) this.delayed += 1;
    lane.pass(chunk, ms, passed);
  }

  #expose(pair: Pair): void {
    const { kind } = this.#weather;
    const { near, far, there, back } = pair;
    there.isClosed = kind === 'stalled';
    back.isClosed = kind === 'stalled' || kind === 'one way';
    if (!there.isClosed) near.resume();
    if (!back.isClosed) far.resume();
    if ((near.destroyed && !there.isClosed) || (far.destroyed && !back.isClosed)) this.#end(pair);
  }

  #end(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    for (const socket of [pair.near, pair.far]) if (!socket.destroyed) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.reset();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

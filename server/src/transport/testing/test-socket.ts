import type { ErrorBody } from '@signalbox/shared/errors';
import { io, type Socket } from 'socket.io-client';

export type Fields = Record<string, unknown>;

interface Event {
  name: string;
  payload: Fields;
  ack: ((answer?: unknown) => void) | undefined;
}

/** A Socket.IO client that remembers what it was sent, so that a test can wait for it. */
export class TestSocket implements AsyncDisposable {
  readonly socket: Socket;
  readonly events: Event[] = [];
  /** Why the connection ended, once it has. */
  readonly closed: Promise<string>;
  readonly #taken = new Set<Event>();
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('disconnect', (reason) => resolve(reason)));
    socket.onAny((name: string, ...args: unknown[]) => {
      const last = args.at(-1);
      this.events.push({
        name,
        payload: args[0] as Fields,
        ack: typeof last === 'function' ? (answer) => void last(answer) : undefined,
      });
      for (const look of this.#waiting) look();
    });
  }

  /** Resolves connected, or with what `connect_error` said. */
  static async open(
    url: string,
    auth: Fields,
    headers: Record<string, string> = {},
  ): Promise<TestSocket | { refused: ErrorBody | string }> {
    const socket = io(url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth,
      extraHeaders: headers,
    });
    const opened = new TestSocket(socket);
    return new Promise((resolve) => {
      socket.on('connect', () => resolve(opened));
      socket.on('connect_error', (error: Error & { data?: ErrorBody }) => {
        socket.close();
        resolve({ refused: error.data ?? error.message });
      });
    });
  }

  /** As {@link open}, for tests that count on being let in. */
  static async connected(url: string, auth: Fields, headers: Record<string, string> = {}): Promise<TestSocket> {
    const opened = await TestSocket.open(url, auth, headers);
    if (opened instanceof TestSocket) return opened;
    throw new Error(JSON.stringify(opened.refused));
  }

  /** The next event of this name that no call has returned yet and that fits. */
  next(name: string, fits: (payload: Fields) => boolean = () => true): Promise<Event> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.events.find(
          (event) => event.name === name && !this.#taken.has(event) && fits(event.payload),
        );
        if (found === undefined) return;
        this.#taken.add(found);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  call(name: string, ...args: unknown[]): Promise<Fields> {
    return new Promise((resolve) => this.socket.emit(name, ...args, (answer: Fields) => resolve(answer)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
  }
}

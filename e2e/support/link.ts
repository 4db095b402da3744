import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of the answer to the next append. */
export type Fault = 'reset' | 'silence';

/**
 * The wire between a hub and Redis, in our hands. Once {@link Link.lose | told to}, it lets the next append through to
 * Redis and keeps the answer: Redis has executed it, and the hub does not know. Then the connection is reset, or stays
 * open and silent.
 */
export class Link {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #armed: { fault: Fault; done(): void } | undefined;
  readonly #batches = new Set<string>();
  /** Answers that were kept from the hub after Redis had executed the append. */
  lost = 0;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (socket) => this.#carry(socket));
  }

  static async to(port: number): Promise<Link> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Link(server, port);
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The answer to the next append gets lost; resolves when that has happened. */
  lose(fault: Fault): Promise<void> {
    return new Promise((done) => {
      this.#armed = { fault, done };
    });
  }

  #carry(hub: Socket): void {
    const redis = connect(this.#target, '127.0.0.1');
    let kept: { fault: Fault; done(): void } | undefined;
    let silent = false;
    for (const socket of [hub, redis]) {
      this.#sockets.add(socket);
      // One end that fails or ends is the end of both.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        hub.destroy();
        redis.destroy();
      });
    }
    hub.on('data', (request: Buffer) => {
      // Only a batch that writes has an entry with its id. Sent again it is answered: else nothing would go on.
      const batch = /"batchId":"([^"]+)"/.exec(request.toString())?.[1];
      if (this.#armed !== undefined && batch !== undefined && !this.#batches.has(batch)) {
        this.#batches.add(batch);
        kept = this.#armed;
        this.#armed = undefined;
      }
      redis.write(request);
    });
    redis.on('data', (answer: Buffer) => {
      if (kept === undefined && !silent) return void hub.write(answer);
      if (kept === undefined) return;
      silent = kept.fault === 'silence';
      if (!silent) hub.resetAndDestroy();
      this.lost += 1;
      kept.done();
      kept = undefined;
    });
  }

  /** Every connection ends now; new ones are let through. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The way to a Redis, as a unix socket of its own, in the hands of a test. */
export class Wire {
  readonly #server: Server;
  readonly #target: string;
  readonly #folder: string;
  readonly #carried = new Set<{ client: Socket; redis: Socket; swallows: boolean }>();
  /** Connections made so far. */
  made = 0;

  private constructor(target: string, folder: string) {
    this.#target = target;
    this.#folder = folder;
    this.#server = createServer((client) => this.#carry(client));
  }

  static async to(target: string): Promise<Wire> {
    const wire = new Wire(target, await mkdtemp(join(tmpdir(), 'sb-wire-')));
    wire.#server.listen(wire.socketPath);
    await once(wire.#server, 'listening');
    return wire;
  }

  get socketPath(): string {
    return join(this.#folder, 'redis.sock');
  }

  /** From now on nothing comes through the connections there are, though all of them stand. New ones are fine. */
  swallow(): void {
    for (const carried of this.#carried) carried.swallows = true;
  }

  /** Ends the connections there are. */
  cut(): void {
    for (const { client } of this.#carried) client.destroy();
  }

  #carry(client: Socket): void {
    this.made++;
    const carried = { client, redis: connect(this.#target), swallows: false };
    this.#carried.add(carried);
    const pairs = [
      [client, carried.redis],
      [carried.redis, client],
    ] as const;
    for (const [from, to] of pairs) {
      from.on('error', () => {});
      from.on('data', (data: Buffer) => carried.swallows || to.write(data));
      from.on('close', () => {
        to.destroy();
        this.#carried.delete(carried);
      });
    }
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

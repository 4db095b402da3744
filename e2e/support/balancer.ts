import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The simplest proxy in front of several hubs: each connection goes to the first of them that takes it. */
export class Balancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(ports: readonly number[]) {
    this.#server = createServer((client) => void this.#carry(client, ports));
  }

  static async to(...ports: number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #carry(client: Socket, ports: readonly number[]): Promise<void> {
    this.#keep(client);
    for (const port of ports) {
      const hub = connect(port, '127.0.0.1');
      const taken = await once(hub, 'connect').then(
        () => true,
        () => false,
      );
      if (!taken) continue;
      this.#keep(hub);
      client.pipe(hub);
      hub.pipe(client);
      client.on('close', () => hub.destroy());
      hub.on('close', () => client.destroy());
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

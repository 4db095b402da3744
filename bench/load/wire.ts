import { WebSocket } from 'ws';
import { connectFrame, eventFrame, PONG, readFrame } from './framing.ts';

export interface WireOptions {
  port: number;
  namespace: string;
  auth: object;
  /** It is up: with the namespace, or with this event of the server. */
  upWith: 'namespace' | 'welcome';
}

type Answered = (body: string) => void;

/** One client: a bare WebSocket in a namespace. */
export class Wire {
  readonly #namespace: string;
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, Answered>();
  readonly events = new Map<string, number>();
  readonly #awaited = new Map<string, () => void>();
  #nextId = 0;
  #closing = false;

  private constructor(namespace: string, socket: WebSocket) {
    this.#namespace = namespace;
    this.#socket = socket;
  }

  /** Rejects when the server refuses. What goes wrong later ends the process: a load with holes measures nothing. */
  static connect({ port, namespace, auth, upWith }: WireOptions): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
        perMessageDeflate: false,
        skipUTF8Validation: true,
      });
      const wire = new Wire(namespace, socket);
      let up = false;
      const isUp = (): void => {
        up = true;
        resolve(wire);
      };
      socket.on('message', (data) => {
        const frame = String(data);
        const received = readFrame(frame);
        switch (received.kind) {
          case 'answer':
            return wire.#answered(received.id, received.body);
          case 'event':
            wire.#heard(received.name);
            if (!up && received.name === upWith) isUp();
            return;
          case 'open':
            return socket.send(connectFrame(namespace, auth));
          case 'connected':
            if (upWith === 'namespace') isUp();
            return;
          case 'ping':
            return socket.send(PONG);
          case 'refused':
            return reject(new Error(`the server refused: ${received.reason}`));
          case 'other':
        }
      });
      socket.on('error', reject);
      socket.on('close', (code) => {
        if (wire.#closing) return;
        const lost = new Error(`the server closed a connection (${code})`);
        if (up) throw lost;
        reject(lost);
      });
    });
  }

  /** Resolves with the next event of this name. */
  next(name: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(name, resolve));
  }

  #heard(name: string): void {
    this.events.set(name, (this.events.get(name) ?? 0) + 1);
    this.#awaited.get(name)?.();
    this.#awaited.delete(name);
  }

  /** Sends one command; `answered` gets the JSON of the answer. */
  ask(name: string, input: object, answered: Answered): void {
    const id = this.#nextId++;
    this.#asked.set(id, answered);
    this.#socket.send(eventFrame(this.#namespace, id, name, input));
  }

  /** Resolves when the connection is gone. */
  close(): Promise<void> {
    this.#closing = true;
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.close();
    });
  }

  #answered(id: number, body: string): void {
    const answered = this.#asked.get(id);
    this.#asked.delete(id);
    answered?.(body);
  }
}

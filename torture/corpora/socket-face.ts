import { hear } from '../fuzz/client.ts';
import { RawSocket } from '../fuzz/raw-socket.ts';
import { type Answer, answer, type Face } from './cast.ts';

const ANSWER_WITHIN_MS = 10_000;

export interface Handshake {
  namespace: '/agent' | '/control';
  auth: object;
  headers?: Readonly<Record<string, string>>;
  /** Another address of this machine. */
  from?: string | undefined;
}

/** A connection over Socket.IO that was let in, as whoever its handshake made it. */
export class SocketFace implements Face {
  readonly name: string;
  readonly #socket: RawSocket;
  readonly #namespace: string;
  readonly #waiting = new Map<string, (text: string) => void>();
  #nextId = 0;

  private constructor(socket: RawSocket, namespace: string) {
    this.#socket = socket;
    this.#namespace = namespace;
    this.name = `the socket ${namespace}`;
  }

  /** The connection, or what the hub refuses it with. */
  static async join(hub: URL, { namespace, auth, headers = {}, from }: Handshake): Promise<SocketFace | Answer> {
    const socket = await RawSocket.open(hub, headers, from);
    const face = new SocketFace(socket, namespace);
    const error = await inTime(`a handshake on ${namespace}`, (settle: (error: unknown) => void) => {
      socket.onText = (text) => {
        const heard = hear(text);
        if (heard.kind === 'ping') socket.send('3');
        else if (heard.kind === 'answer') face.#waiting.get(heard.id)?.(heard.text);
        else if (heard.kind === 'connected') settle(undefined);
        else if (heard.kind === 'refused') settle(heard.error);
      };
      socket.send(`40${namespace},${JSON.stringify(auth)}`);
    });
    if (error === undefined) return face;
    face.close();
    return answer.parse({ ok: false, error });
  }

  /** The same for whom it has to let in. */
  static async joined(hub: URL, handshake: Handshake): Promise<SocketFace> {
    const face = await SocketFace.join(hub, handshake);
    if (face instanceof SocketFace) return face;
    throw new Error(`${handshake.namespace} refused ${JSON.stringify(handshake.auth)}: ${JSON.stringify(face)}`);
  }

  async ask(command: string, ...inputs: readonly unknown[]): Promise<Answer> {
    const id = String(this.#nextId++);
    const text = await inTime(`${command} on ${this.#namespace}`, (settle: (text: string) => void) => {
      this.#waiting.set(id, settle);
      this.#socket.send(`42${this.#namespace},${id}${JSON.stringify([command, ...inputs])}`);
    });
    this.#waiting.delete(id);
    return answer.parse(JSON.parse(text));
  }

  /** Resolves when the hub has ended it. */
  async ended(): Promise<void> {
    await inTime(`an end of ${this.name}`, (settle: (end: unknown) => void) => void this.#socket.ended.then(settle));
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function inTime<T>(what: string, begin: (settle: (value: T) => void) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: nothing in ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
      begin(resolve);
    });
  } finally {
    clearTimeout(timer);
  }
}

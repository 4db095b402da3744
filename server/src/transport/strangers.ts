import type { Socket } from 'node:net';
import { HANDSHAKE_MAX_BYTES } from '@signalbox/shared/limits';

/**
 * More than the largest fleet coming back at once (10,000 agents), so that no agent is ever one too many; each costs
 * some 20 kB until it has shown a token or its time is over.
 */
const MAX_STRANGERS = 12_000;
/** After the upgrade, until a namespace is joined. Twice the handshake's limit: what is a little too large is told so. */
const MAX_BYTES = 2 * HANDSHAKE_MAX_BYTES;

/** Connections of nobody we know yet: how many there may be, and how much of what they send is taken in. */
export class Strangers {
  readonly #max: number;
  /** In the order they came. */
  readonly #open = new Map<Socket, () => void>();

  constructor(max = MAX_STRANGERS) {
    this.#max = max;
  }

  /** When there are too many the oldest goes: whoever has a token shows it at once. */
  add(socket: Socket): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= this.#max) {
      this.#open.delete(oldest);
      oldest.destroy();
    }
    this.#open.set(socket, () => {});
    socket.once('close', () => this.#open.delete(socket));
  }

  /** It speaks WebSocket from here on, where a single frame may be large. */
  upgraded(socket: Socket): void {
    if (!this.#open.has(socket)) return;
    const before = socket.bytesRead;
    const count = (): void => {
      if (socket.bytesRead - before > MAX_BYTES) socket.destroy();
    };
    socket.on('data', count);
    this.#open.set(socket, () => socket.off('data', count));
  }

  /** It has shown a valid token. */
  isKnown(socket: Socket): void {
    this.#open.get(socket)?.();
    this.#open.delete(socket);
  }

  get size(): number {
    return this.#open.size;
  }
}

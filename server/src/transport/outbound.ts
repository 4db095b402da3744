import type { Socket } from 'socket.io';

/** What may wait for a client that does not read (Engine.IO itself knows no bound). */
const MAX_QUEUED_FRAMES = 1_000;
const MAX_QUEUED_BYTES = 1_000_000;
/** Long transfers go on when no more than this waits. */
const LOW_WATER_FRAMES = 100;
const LOW_WATER_BYTES = 64 * 1024;

type Connection = Socket['conn'];

function queued(connection: Connection): readonly { data?: unknown }[] {
  // biome-ignore lint/complexity/useLiteralKeys: private in the types, but the only place where what waits can be seen
  return connection['writeBuffer'];
}

function queuedBytes(connection: Connection): number {
  let bytes = 0;
  for (const { data } of queued(connection)) if (typeof data === 'string') bytes += data.length;
  return bytes;
}

/** Has the client left so much unread that nothing more may be queued for it? Free while it keeps up. */
export const isSlow = (connection: Connection): boolean =>
  queued(connection).length > MAX_QUEUED_FRAMES || queuedBytes(connection) > MAX_QUEUED_BYTES;

/** Is there room for the next frame of a long transfer? */
const hasRoom = (connection: Connection): boolean =>
  queued(connection).length < LOW_WATER_FRAMES && queuedBytes(connection) < LOW_WATER_BYTES;

/** Resolves when there is room again, or the connection is over. */
export async function room(connection: Connection): Promise<void> {
  while (connection.readyState === 'open' && !hasRoom(connection)) {
    await new Promise<void>((resolve) => {
      const settle = () => {
        connection.off('drain', settle);
        connection.off('close', settle);
        resolve();
      };
      connection.on('drain', settle);
      connection.on('close', settle);
    });
  }
}

/** Writes one frame. */
export type Emit = () => void;

/**
 * Frames for one client, in order, as fast as it reads. What waits are closures over records, not encoded text; when
 * too many deliveries wait, the client is too slow. A delivery of many frames, such as all that an agent missed, is one.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #onSlow: () => void;
  #waiting: (readonly Emit[])[] | undefined;

  constructor(connection: Connection, onSlow: () => void) {
    this.#connection = connection;
    this.#onSlow = onSlow;
  }

  send(frames: readonly Emit[]): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(frames);
      if (this.#waiting.length > MAX_QUEUED_FRAMES) this.#onSlow();
      return;
    }
    let sent = 0;
    while (sent < frames.length && hasRoom(this.#connection)) {
      frames[sent]?.();
      sent += 1;
    }
    if (sent === frames.length) return;
    this.#waiting = [frames.slice(sent)];
    void this.#pump(this.#waiting);
  }

  async #pump(waiting: (readonly Emit[])[]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const emit of next) {
        await room(this.#connection);
        if (this.#connection.readyState !== 'open') return;
        emit();
      }
    }
    this.#waiting = undefined;
  }
}

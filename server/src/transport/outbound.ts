import { type Connection, isEmpty, onTaken, queuedBytes, queuedFrames } from './wire.ts';

/**
 * What may wait for a client that does not read is 1,000 frames or 1 MB; Engine.IO itself knows no bound. Looked at
 * before a frame is added, at half of it: the frame may be as large as the rest, and as many frames again may have been
 * handed to the WebSocket already.
 */
const SLOW_FRAMES = 500;
const SLOW_BYTES = 500_000;
/** Long transfers go on when no more than this waits. */
const LOW_WATER_FRAMES = 100;
const LOW_WATER_BYTES = 64 * 1024;

/** Has the client left so much unread that nothing more may be queued for it? Free while it keeps up. */
export const isSlow = (connection: Connection): boolean =>
  !isEmpty(connection) && (queuedFrames(connection) > SLOW_FRAMES || queuedBytes(connection) > SLOW_BYTES);

/** Is there room for the next frame of a long transfer? */
const hasRoom = (connection: Connection): boolean =>
  isEmpty(connection) || (queuedFrames(connection) < LOW_WATER_FRAMES && queuedBytes(connection) < LOW_WATER_BYTES);

/** Resolves when there is room again, or the connection is over. */
export async function room(connection: Connection): Promise<void> {
  while (connection.readyState === 'open' && !hasRoom(connection)) {
    await new Promise<void>((resolve) => {
      const settle = () => {
        off();
        connection.off('close', settle);
        resolve();
      };
      const off = onTaken(connection, settle);
      connection.on('close', settle);
    });
  }
}

/** Writes one frame. */
export type Emit = () => void;

/** Deliveries that wait are closures over records, not encoded text; even so, only so many frames of them. */
const MAX_WAITING_FRAMES = 1_000;

/**
 * Frames for one client, in order, as fast as it reads. When too many wait, the client is too slow. What is under way
 * counts for nothing however long it is: all that an agent missed is one delivery.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #onSlow: () => void;
  #waiting: (readonly Emit[])[] | undefined;
  #waitingFrames = 0;

  constructor(connection: Connection, onSlow: () => void) {
    this.#connection = connection;
    this.#onSlow = onSlow;
  }

  /** Does everything that was sent so far fit into what the client reads? */
  get flows(): boolean {
    return this.#waiting === undefined && hasRoom(this.#connection);
  }

  send(frames: readonly Emit[]): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(frames);
      this.#waitingFrames += frames.length;
      if (this.#waitingFrames > MAX_WAITING_FRAMES) this.#onSlow();
      return;
    }
    let sent = 0;
    while (sent < frames.length && hasRoom(this.#connection)) {
      frames[sent]?.();
      sent += 1;
    }
    if (sent === frames.length) return;
    this.#waiting = [];
    void this.#pump(this.#waiting, frames.slice(sent));
  }

  async #pump(waiting: (readonly Emit[])[], first: readonly Emit[]): Promise<void> {
    for (let next: readonly Emit[] | undefined = first; next !== undefined; next = waiting.shift()) {
      for (const emit of next) {
        await room(this.#connection);
        if (this.#connection.readyState !== 'open') return;
        emit();
      }
      this.#waitingFrames -= waiting[0]?.length ?? 0;
    }
    this.#waiting = undefined;
  }
}

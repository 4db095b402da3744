import type { Socket } from 'socket.io';
import { isSlow, room } from './outbound.ts';

/** So many commands of one connection are under way at once; together with group commit far above any rate limit. */
const MAX_RUNNING = 32;
const MAX_WAITING = 2_000;

/**
 * The commands of one connection, started in the order they came. A client that sends without reading the answers is
 * held up here, so that what waits for it stays bounded.
 */
export class CommandLane {
  readonly #connection: Socket['conn'];
  #running = 0;
  #waiting: (() => Promise<void>)[] = [];
  #resuming = false;

  constructor(connection: Socket['conn']) {
    this.#connection = connection;
  }

  /** False when too many wait already. `command` never rejects. */
  run(command: () => Promise<void>): boolean {
    if (this.#waiting.length === 0 && this.#mayStart()) this.#start(command);
    else if (this.#waiting.length >= MAX_WAITING) return false;
    else {
      this.#waiting.push(command);
      this.#resume();
    }
    return true;
  }

  #mayStart(): boolean {
    return this.#running < MAX_RUNNING && !isSlow(this.#connection);
  }

  #start(command: () => Promise<void>): void {
    this.#running += 1;
    void command().then(() => {
      this.#running -= 1;
      this.#resume();
    });
  }

  #resume(): void {
    while (this.#waiting.length > 0 && this.#mayStart()) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.#start(next);
    }
    if (this.#waiting.length === 0 || this.#running > 0 || this.#resuming) return;
    this.#resuming = true;
    void room(this.#connection).then(() => {
      this.#resuming = false;
      if (this.#connection.readyState === 'open') this.#resume();
      else this.#waiting = [];
    });
  }
}

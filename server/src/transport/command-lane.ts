import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Socket } from 'socket.io';
import { isSlow, room } from './outbound.ts';
import { failed, type SocketCommand } from './socket-commands.ts';

/** So many commands of one connection are under way at once; together with group commit far above any rate limit. */
const MAX_RUNNING = 32;
const MAX_WAITING = 2_000;

interface Waiting {
  command: SocketCommand;
  run(): Promise<object>;
}

/**
 * The commands of one connection, started in the order they came. A client that sends without reading the answers is
 * held up here, so that what waits for it stays bounded.
 */
export class CommandLane {
  readonly #connection: Socket['conn'];
  readonly #onThrow: (where: string, error: unknown) => Refusal;
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #waiting: Waiting[] = [];
  #resuming = false;

  constructor(connection: Socket['conn'], onThrow: (where: string, error: unknown) => Refusal) {
    this.#connection = connection;
    this.#onThrow = onThrow;
  }

  /** Answers the command with what `run` resolves with, now or when it is its turn. */
  take(command: SocketCommand, run: () => Promise<object>): void {
    if (this.#waiting.length === 0 && this.#mayStart()) void this.#start({ command, run });
    else if (this.#waiting.length < MAX_WAITING) {
      this.#waiting.push({ command, run });
      this.#resume();
    } else if (isSlow(this.#connection)) {
      // It sends and sends, and does not read what it is answered.
      this.#connection.close(true);
    } else command.answer(failed(tooMany()));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #mayStart(): boolean {
    return this.#running < MAX_RUNNING && !isSlow(this.#connection);
  }

  async #start({ command, run }: Waiting): Promise<void> {
    this.#running += 1;
    try {
      command.answer(await run());
    } catch (error) {
      command.answer(failed(this.#onThrow(command.name, error)));
    }
    this.#running -= 1;
    this.#resume();
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #resume(): void {
    while (this.#waiting.length > 0 && this.#mayStart()) {
      const next = this.#waiting.shift();
      if (next !== undefined) void this.#start(next);
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

const tooMany = (): Refusal =>
  refuse('OVERLOADED', 'Too many of your commands wait for their turn; send fewer at once.');

import type { Socket } from 'node:net';
import { RedisFrames } from './redis-frames.ts';
import type { Wire } from './wire.ts';

/** What becomes of a connection whose answer was kept: it ends, or stays open and nothing more is heard on it. */
export type Robbed = 'reset' | 'silence';

/** One connection of a hub. Many commands are under way on it at once: answers come in the order of what was asked. */
interface Connection {
  asked: RedisFrames;
  answered: RedisFrames;
  /** Of each command that was not answered yet: the batch it appends, if the thief is after it. */
  unanswered: (string | undefined)[];
  silent: boolean;
}

/** What append.lua answers when it has written; a conflict or a turn it has to wait for are no loss to anybody. */
const WRITTEN = '*1\r\n$2\r\nok\r\n';

/**
 * Between a hub and Redis: lets the next append through and keeps its answer. Redis has executed it, and the hub does
 * not know.
 */
export class ReplyThief {
  #armed: { robbed: Robbed; done(batch: string): void } | undefined;
  readonly #connections = new WeakMap<Socket, Connection>();
  /** The same one sent again is to be answered: else nothing would go on. */
  readonly #stolen = new Set<string>();

  constructor(wire: Wire) {
    wire.onRequest = (chunk, near) => this.#look(chunk, near);
    wire.onAnswer = (chunk, near) => this.#keep(chunk, near);
  }

  /** Resolves when an answer was kept, with the id of the batch that Redis had written. */
  steal(robbed: Robbed = 'reset'): Promise<string> {
    return new Promise((done) => {
      this.#armed = { robbed, done };
    });
  }

  /** Whatever comes from now on is passed on. */
  disarm(): void {
    this.#armed = undefined;
  }

  #look(chunk: Buffer, near: Socket): void {
    const { asked, unanswered } = this.#of(near);
    for (const command of asked.take(chunk)) {
      // Only a batch that writes says its id.
      const batch = this.#armed === undefined ? undefined : /"batchId":"([^"]+)"/.exec(command.toString('latin1'))?.[1];
      unanswered.push(batch === undefined || this.#stolen.has(batch) ? undefined : batch);
    }
  }

  #keep(chunk: Buffer, near: Socket): boolean {
    const connection = this.#of(near);
    if (connection.silent) return true;
    const answers = connection.answered.take(chunk);
    // What came with it is lost, too, as it is when a connection breaks.
    return answers.filter((answer) => this.#rob(answer, near, connection)).length > 0;
  }

  #rob(answer: Buffer, near: Socket, connection: Connection): boolean {
    const batch = connection.unanswered.shift();
    if (this.#armed === undefined || batch === undefined || answer.toString('latin1') !== WRITTEN) return false;
    const { robbed, done } = this.#armed;
    this.#armed = undefined;
    this.#stolen.add(batch);
    if (robbed === 'reset') near.resetAndDestroy();
    else connection.silent = true;
    done(batch);
    return true;
  }

  #of(near: Socket): Connection {
    const known = this.#connections.get(near);
    if (known !== undefined) return known;
    const connection = { asked: new RedisFrames(), answered: new RedisFrames(), unanswered: [], silent: false };
    this.#connections.set(near, connection);
    return connection;
  }
}

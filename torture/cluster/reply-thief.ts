import type { Socket } from 'node:net';
import type { Wire } from './wire.ts';

/** What becomes of a connection whose answer was kept: it ends, or stays open and nothing more is heard on it. */
export type Robbed = 'reset' | 'silence';

/**
 * Between a hub and Redis: lets the next append through and keeps its answer. Redis has executed it, and the hub does
 * not know.
 */
export class ReplyThief {
  #armed: { robbed: Robbed; done(): void } | undefined;
  #robbed: Socket | undefined;
  readonly #silent = new WeakSet<Socket>();
  readonly #seen = new Set<string>();

  constructor(wire: Wire) {
    wire.onRequest = (chunk, near) => this.#look(chunk, near);
    wire.onAnswer = (_chunk, near) => this.#keep(near);
  }

  /** Resolves when an answer was kept, to an append that Redis had. */
  steal(robbed: Robbed = 'reset'): Promise<void> {
    return new Promise((done) => {
      this.#armed = { robbed, done };
    });
  }

  /** Whatever comes from now on is passed on, also to who was to be robbed and lost its connection before. */
  disarm(): void {
    this.#armed = undefined;
    this.#robbed = undefined;
  }

  #look(chunk: Buffer, near: Socket): void {
    if (this.#armed === undefined || this.#robbed !== undefined) return;
    // Only a batch that writes says its id. The same one sent again is to be answered: else nothing would go on.
    const batch = /"batchId":"([^"]+)"/.exec(chunk.toString('latin1'))?.[1];
    if (batch === undefined || this.#seen.has(batch)) return;
    this.#seen.add(batch);
    this.#robbed = near;
  }

  #keep(near: Socket): boolean {
    if (this.#silent.has(near)) return true;
    if (this.#robbed !== near || this.#armed === undefined) return false;
    const { robbed, done } = this.#armed;
    this.#robbed = undefined;
    this.#armed = undefined;
    if (robbed === 'reset') near.resetAndDestroy();
    else this.#silent.add(near);
    done();
    return true;
  }
}

import type { Socket } from 'node:net';
import type { Wire } from './wire.ts';

/**
 * Between a hub and Redis: lets the next append through and keeps its answer, then resets the connection. Redis has
 * executed it, and the hub does not know.
 */
export class ReplyThief {
  #armed: (() => void) | undefined;
  #robbed: Socket | undefined;
  readonly #seen = new Set<string>();

  constructor(wire: Wire) {
    wire.onRequest = (chunk, near) => this.#look(chunk, near);
    wire.onAnswer = (_chunk, near) => this.#keep(near);
  }

  /** Resolves when an answer was kept, to an append that Redis had. */
  steal(): Promise<void> {
    return new Promise((resolve) => {
      this.#armed = resolve;
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
    if (this.#robbed !== near) return false;
    this.#robbed = undefined;
    near.resetAndDestroy();
    this.#armed?.();
    this.#armed = undefined;
    return true;
  }
}

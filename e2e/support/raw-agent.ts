import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { TestHub } from './hub.ts';

/** Slower than the hub's own end, so that a request that never settles is seen as such. */
const ANSWER_WITHIN_MS = 11_000;
/** These say that nothing was written, or that nobody knows: the same request again is right. */
const AGAIN: ReadonlySet<string> = new Set(['TIMEOUT', 'STORAGE_UNAVAILABLE', 'OVERLOADED', 'RATE_LIMITED']);

export type RawAnswer = Record<string, unknown> & {
  ok: boolean;
  error?: { code: string; message: string; retry?: { afterMs: number } };
};

/** An agent on a bare Socket.IO connection that repeats each request, with its id, until it knows the outcome. */
export class RawAgent {
  readonly id: string;
  readonly socket: Socket;
  /** How long the slowest settled request took, ms. */
  slowestMs = 0;
  /** Refusals and lost connections by code. */
  readonly codes: Record<string, number> = {};
  #ended = false;

  constructor(hub: Pick<TestHub, 'url' | 'ownerToken'>, project: string, id: string) {
    this.id = id;
    const agent = { id, role: 'speed_developer', instance: `process of ${id}`, accepts: 'none' };
    this.socket = io(`${hub.url}/agent`, {
      auth: { token: hub.ownerToken, project, protocol: 1, agent },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 500,
    });
    this.socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      this.#count(error.data?.code ?? 'no connection');
      // A refusal ends the library's own tries.
      if (error.data !== undefined && !this.#ended) setTimeout(() => this.socket.connect(), 100);
    });
  }

  /** Resolves with the answer; throws when the agent was closed before there was one. */
  async send(command: string, input: object): Promise<RawAnswer> {
    const request = { requestId: randomUUID(), ...input };
    for (;;) {
      if (this.#ended) throw new Error(`${this.id} was closed before ${command} was answered`);
      if (!this.socket.connected) await new Promise<void>((resolve) => this.socket.once('welcome', () => resolve()));
      const started = performance.now();
      const answer = await this.#try(command, request);
      if (answer === undefined) continue;
      this.slowestMs = Math.max(this.slowestMs, performance.now() - started);
      if (answer.ok || !AGAIN.has(answer.error?.code ?? '')) return answer;
      this.#count(answer.error?.code ?? '');
    }
  }

  async #try(command: string, request: object): Promise<RawAnswer | undefined> {
    try {
      return await this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck(command, request);
    } catch {
      this.#count(this.socket.connected ? 'never settled' : 'connection lost');
      return undefined;
    }
  }

  #count(code: string): void {
    this.codes[code] = (this.codes[code] ?? 0) + 1;
  }

  close(): void {
    this.#ended = true;
    this.socket.disconnect();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { Answer, Fields } from '../history/line.ts';
import type { HistoryWriter } from '../history/writer.ts';
import type { Random } from '../random.ts';
import type { Way } from '../way.ts';

/** More than the hub may take: a request that is still open then was never settled. */
const PATIENCE_MS = 11_000;
/** These say that nobody knows, or that nothing happened and the same request may come again. */
const AGAIN: ReadonlySet<string> = new Set([
  'TIMEOUT',
  'STORAGE_UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'SUPERSEDED',
]);
const WELCOME_WITHIN_MS = 10_000;
const BACK_AFTER_MS = [50, 400] as const;

export interface ConnectionOptions {
  /** Addresses of hubs; after a lost connection another one is taken. */
  ways: readonly Way[];
  token: string;
  project: string;
  agent: string;
  life: string;
  accepts: 'push' | 'pull';
  history: HistoryWriter;
  random: Random;
  onPush(event: string, data: Fields): void;
}

interface Open {
  socket: Socket;
  /** The name of the hub at its other end. */
  hub: string;
}

export interface Request {
  id: string;
  command: string;
  input: Fields;
}

/** One agent's way to the hub: repeats each request, with its id, until its outcome is known. Everything is written down. */
export class Connection {
  readonly #options: ConnectionOptions;
  #open: Open | undefined;
  #opening: Promise<void> | undefined;
  #ended = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Resolves with the outcome, or with undefined when the connection was closed before there was one. */
  async send({ id, command, input }: Request, time: 'first' | 'again'): Promise<Answer | undefined> {
    const { history, agent, life, random } = this.#options;
    let first = time === 'first';
    for (;;) {
      const open = await this.#connected();
      if (open === undefined) return undefined;
      const { socket, hub } = open;
      history.write(first ? { k: 'call', agent, life, id, command, input, hub } : { k: 'again', id, hub });
      first = false;
      const answer = await ask(socket, command, { ...input, requestId: id });
      if (typeof answer === 'string') {
        history.write({ k: 'gone', id, why: answer });
        continue;
      }
      history.write({ k: 'answer', id, answer: shortened(answer) });
      if (answer.ok || !AGAIN.has(answer.error.code)) return answer;
      await delay(answer.error.retry?.afterMs ?? random.int(...BACK_AFTER_MS));
    }
  }

  /** The next request opens another connection, maybe to another hub. */
  leave(): void {
    this.#open?.socket.disconnect();
  }

  close(): void {
    this.#ended = true;
    this.#open?.socket.disconnect();
  }

  /** A connection that is open, once the hub has welcomed it. */
  async #connected(): Promise<Open | undefined> {
    while (!this.#ended) {
      if (this.#open?.socket.connected === true) return this.#open;
      this.#opening ??= this.#connect().finally(() => {
        this.#opening = undefined;
      });
      await this.#opening;
    }
    return undefined;
  }

  async #connect(): Promise<void> {
    const { ways, token, project, agent, life, accepts, random, onPush } = this.#options;
    const { url, host } = random.pick(ways);
    const socket = io(`${url}/agent`, {
      extraHeaders: { host },
      auth: {
        token,
        project,
        protocol: 1,
        agent: { id: agent, role: 'speed_developer', instance: life, accepts, heartbeatEveryMs: 5_000 },
      },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: WELCOME_WITHIN_MS,
    });
    socket.onAny((event: string, data: Fields) => onPush(event, data));
    if (await isWelcome(socket)) {
      this.#open = { socket, hub: host };
      return;
    }
    socket.disconnect();
    await delay(random.int(...BACK_AFTER_MS));
  }
}

/** False when the hub refuses, goes away, or says nothing for too long. */
function isWelcome(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => settle(false), WELCOME_WITHIN_MS);
    const settle = (welcome: boolean): void => {
      clearTimeout(late);
      resolve(welcome);
    };
    socket.once('welcome', () => settle(true));
    for (const event of ['connect_error', 'disconnect']) socket.once(event, () => settle(false));
  });
}

/** The answer, or why there will be none. */
function ask(socket: Socket, command: string, input: Fields): Promise<Answer | 'connection' | 'patience'> {
  return new Promise((resolve) => {
    const late = setTimeout(() => settle('patience'), PATIENCE_MS);
    const gone = (): void => settle('connection');
    const settle = (outcome: Parameters<typeof resolve>[0]): void => {
      clearTimeout(late);
      socket.off('disconnect', gone);
      resolve(outcome);
    };
    socket.once('disconnect', gone);
    socket.emit(command, input, settle);
  });
}

/** A history of a million answers is kept small: records of long lists are not what is checked. */
function shortened(answer: Answer): Answer {
  if (answer.ok) return answer;
  const { code, message } = answer.error;
  return { ok: false, error: { code, message } };
}

import type { Welcome } from '@signalbox/shared/commands/agent';
import { AGENT_NAMESPACE } from '@signalbox/shared/endpoints';
import { ERRORS, type ErrorBody, type ErrorCode } from '@signalbox/shared/errors';
import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { Ack, AgentHandshake, Cursor } from '@signalbox/shared/protocol';
import { isAck, isObject } from './answer.ts';
import { Backoff } from './backoff.ts';
import { SignalboxError } from './errors.ts';
import type { OpenSocket, SocketPort } from './socket.ts';
import type { Timers } from './timers.ts';

export type ConnectionState =
  | { state: 'connecting'; attempt: number }
  | { state: 'live'; welcome: Welcome }
  /** `nextTryAt` (wall clock) null: a try is under way. */
  | { state: 'reconnecting'; attempt: number; nextTryAt: number | null; closeReason: string }
  /** The hub is going down; this connection still answers, a new one follows. */
  | { state: 'draining'; reconnectAfterMs: number }
  /** Another process has this id now. Never reconnects. */
  | { state: 'superseded'; by: number }
  /** Not connected yet, closed by its owner (`error` null), or refused for good. */
  | { state: 'closed'; error: SignalboxError | null };

export interface Ports {
  openSocket: OpenSocket;
  timers: Timers;
}
export interface Address {
  url: string;
  handshake: Omit<AgentHandshake, 'seen'>;
}

/** After the first welcome only these end the tries: a CONFLICT then is our own old connection, or passes. */
const ALWAYS_FINAL: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'UNSUPPORTED_PROTOCOL', 'SUPERSEDED'];

const isWelcome = (value: unknown): value is Welcome =>
  isObject(value) &&
  typeof value.epoch === 'number' &&
  typeof value.seq === 'number' &&
  typeof value.leaseMs === 'number';

const evictedBy = (payload: unknown): string =>
  isObject(payload)
    ? `${String(payload.by)} removed this agent: ${String(payload.reason)}. Its tasks are given to others; stop.`
    : 'This agent was removed; stop.';

/** One agent's way to the hub: opened once, kept open by itself until it is closed or refused for good. */
export class Connection {
  readonly #states = new Listeners<[ConnectionState]>();
  readonly #events = new Listeners<[name: string, payload: unknown, ack: (answer?: unknown) => void]>();
  readonly #unanswered = new Set<() => void>();
  readonly #ports: Ports;
  readonly #backoff: Backoff;
  #address: Address | null = null;
  #socket: SocketPort | null = null;
  #state: ConnectionState = { state: 'closed', error: null };
  #welcomed = false;
  #seen: Cursor | null = null;
  /** When a draining hub wants us back (monotonic). */
  #returnAt = 0;
  #stopTimer: Off = () => undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#backoff = new Backoff(ports.timers.random);
  }

  get state(): ConnectionState {
    return this.#state;
  }
  onState(listener: (state: ConnectionState) => void): Off {
    return this.#states.on(listener);
  }
  onEvent(listener: (name: string, payload: unknown, ack: (answer?: unknown) => void) => void): Off {
    return this.#events.on(listener);
  }

  open(address: Address): void {
    this.#address = address;
    this.#welcomed = false;
    this.#try(1);
  }

  /** Ends it; nothing is tried any more. */
  close(error: SignalboxError | null = null): void {
    this.#end({ state: 'closed', error });
  }

  /**
   * Sends once on the connection there is. null: cut, or no answer within `patienceMs` — the outcome is unknown.
   */
  ask<T>(event: string, payload: object, patienceMs: number): Promise<Ack<T> | null> {
    return new Promise((resolve) => {
      const { state } = this.#state;
      if (this.#socket === null || (state !== 'live' && state !== 'draining')) return resolve(null);
      const settle = (answer: Ack<T> | null): void => {
        stop();
        this.#unanswered.delete(giveUp);
        if (answer?.ok === true) this.#see(answer);
        resolve(answer);
      };
      const giveUp = (): void => settle(null);
      const stop = this.#ports.timers.after(patienceMs, giveUp);
      this.#unanswered.add(giveUp);
      this.#socket.emit(event, payload, (answer) => settle(isAck<T>(answer) ? answer : null));
    });
  }

  #try(attempt: number): void {
    const address = this.#address;
    if (address === null) return;
    if (!this.#welcomed) this.#become({ state: 'connecting', attempt });
    const auth = this.#seen === null ? address.handshake : { ...address.handshake, seen: this.#seen };
    this.#socket = this.#ports.openSocket(
      { url: address.url, namespace: AGENT_NAMESPACE, auth },
      {
        // The hub's `welcome` is what makes it live.
        opened: () => undefined,
        refused: (error, message) => this.#refused(error, message, attempt),
        closed: (reason) => this.#lost(reason, 1),
        event: (name, payload, ack) => this.#event(name, payload, ack),
      },
    );
  }

  #event(name: string, payload: unknown, ack: (answer?: unknown) => void): void {
    if (name === 'welcome' && isWelcome(payload)) {
      this.#welcomed = true;
      this.#backoff.opened(this.#ports.timers.monotonic());
      this.#see(payload);
      this.#become({ state: 'live', welcome: payload });
    } else if (name === 'superseded') {
      this.#end({ state: 'superseded', by: isObject(payload) ? Number(payload.by) : 0 });
    } else if (name === 'evicted') {
      this.close(new SignalboxError({ code: 'SUPERSEDED', message: evictedBy(payload) }));
    } else if (name === 'draining') {
      const reconnectAfterMs = (isObject(payload) && Number(payload.reconnectAfterMs)) || 0;
      this.#returnAt = this.#ports.timers.monotonic() + reconnectAfterMs;
      this.#stopTimer();
      this.#stopTimer = this.#ports.timers.after(reconnectAfterMs, () => this.#lost('the hub is going down', 1));
      this.#become({ state: 'draining', reconnectAfterMs });
    } else this.#events.tell(name, payload, ack);
  }

  #refused(error: ErrorBody | null, message: string, attempt: number): void {
    const final =
      error !== null &&
      (ALWAYS_FINAL.includes(error.code) || (!this.#welcomed && ERRORS[error.code]?.retry === 'never'));
    if (final) this.close(new SignalboxError(error));
    else this.#lost(error?.message ?? message, attempt + 1, error?.retry?.afterMs);
  }

  /** `toldMs`: how long the hub wants us to wait at least. */
  #lost(closeReason: string, attempt: number, toldMs = 0): void {
    const { timers } = this.#ports;
    const now = timers.monotonic();
    const delayMs =
      this.#state.state === 'draining' ? Math.max(0, this.#returnAt - now) : Math.max(toldMs, this.#backoff.next(now));
    this.#stopTimer();
    this.#drop();
    if (this.#welcomed)
      this.#become({ state: 'reconnecting', attempt, nextTryAt: timers.wall() + delayMs, closeReason });
    this.#stopTimer = timers.after(delayMs, () => {
      if (this.#welcomed) this.#become({ state: 'reconnecting', attempt, nextTryAt: null, closeReason });
      this.#try(attempt);
    });
  }

  #end(state: ConnectionState): void {
    this.#stopTimer();
    this.#address = null;
    this.#drop();
    this.#become(state);
  }

  #drop(): void {
    this.#socket?.close();
    this.#socket = null;
    for (const giveUp of [...this.#unanswered]) giveUp();
  }

  #see({ epoch, seq }: Cursor): void {
    const before = this.#seen;
    if (before === null || epoch > before.epoch || (epoch === before.epoch && seq > before.seq))
      this.#seen = { epoch, seq };
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#states.tell(state);
  }
}

import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorCode } from '@signalbox/shared/errors';
import { FRAME_MAX_BYTES } from '@signalbox/shared/limits';
import type { Off } from '@signalbox/shared/listeners';
import type { Ok } from '@signalbox/shared/protocol';
import { randomId, timeout } from './answer.ts';
import type { Connection } from './connection.ts';
import { SignalboxError } from './errors.ts';
import type { Timers } from './timers.ts';

const DEADLINE_MS = 10_000;
/** An answer that takes longer counts as lost, and the same request is sent again. */
const PATIENCE_MS = 4_000;
/** What passes by itself is tried again while there is time. A held lock or a full inbox is the caller's to decide. */
const PASSING: readonly ErrorCode[] = ['OVERLOADED', 'RATE_LIMITED', 'STORAGE_UNAVAILABLE'];
const DEFAULT_WAIT_MS = 250;

export interface RequestOptions {
  /** A UUID unless given. The same id and input have one effect, however often they are sent. */
  requestId?: string;
  /** Aborted: the promise rejects at once; what was sent may still take effect. */
  signal?: AbortSignal;
  /** Infinity waits for a hub that is away, or refuses for a while, for as long as it takes. */
  timeoutMs?: number;
}

/** Around the payload: the name of the event and the number of its answer. */
const ENVELOPE_BYTES = 200;
/** A character takes up to so many bytes. */
const UTF8_MAX_BYTES = 3;

/** A larger frame would not be answered: the hub ends the connection it comes on, as often as it comes. */
function beyondFrame(name: string, payload: object): SignalboxError | undefined {
  const text = JSON.stringify(payload);
  const most = FRAME_MAX_BYTES - ENVELOPE_BYTES;
  if (text.length * UTF8_MAX_BYTES <= most) return undefined;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= most) return undefined;
  return new SignalboxError({
    code: 'BAD_INPUT',
    message: `${name}: this is ${bytes} bytes of JSON, and a request may have ${most}; send less, or where it can be found.`,
    details: { bytes, most },
  });
}

/** Commands that always settle: an answer, a typed refusal, or `TIMEOUT` at the deadline. */
export class Requests {
  readonly #connection: Connection;
  readonly #timers: Timers;

  constructor(connection: Connection, timers: Timers) {
    this.#connection = connection;
    this.#timers = timers;
  }

  async send<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    options: RequestOptions = {},
  ): Promise<Ok<CommandOutput<N>>> {
    const { requestId = randomId(), signal, timeoutMs = DEADLINE_MS } = options;
    const payload = { ...input, requestId };
    const tooLarge = beyondFrame(name, payload);
    if (tooLarge !== undefined) throw tooLarge;
    const deadline = this.#timers.monotonic() + timeoutMs;
    const leftMs = (): number => deadline - this.#timers.monotonic();
    while (leftMs() > 0) {
      signal?.throwIfAborted();
      await this.#live(signal, leftMs());
      const patienceMs = Math.min(PATIENCE_MS, leftMs());
      if (patienceMs <= 0) break;
      const answer = await this.#orAborted(this.#connection.ask<CommandOutput<N>>(name, payload, patienceMs), signal);
      if (answer?.ok === true) return answer;
      if (answer === null || answer.error.code === 'TIMEOUT') continue;
      const waitMs = answer.error.retry?.afterMs ?? DEFAULT_WAIT_MS;
      if (!PASSING.includes(answer.error.code) || waitMs >= leftMs()) throw new SignalboxError(answer.error);
      await this.#pause(waitMs, signal);
    }
    throw new SignalboxError(timeout(name).error);
  }

  /**
   * After a refusal, or a TIMEOUT, that is nobody's fault: resolves when it is time to try again, however long that takes.
   * Rejects when it never will be, or by the signal.
   */
  async whenPassed({ retry }: SignalboxError, signal: AbortSignal): Promise<void> {
    if (retry !== undefined) await this.#pause(retry.afterMs, signal);
    await this.#live(signal);
  }

  /** Also resolves after `ms`. */
  #live(signal: AbortSignal | undefined, ms?: number): Promise<void> {
    const ended = (): SignalboxError | null => {
      const now = this.#connection.state;
      if (now.state === 'superseded')
        return new SignalboxError({
          code: 'SUPERSEDED',
          message: 'Another process has taken over this agent id; this one must stop.',
        });
      if (now.state !== 'closed') return null;
      return (
        now.error ?? new SignalboxError({ code: 'INVALID_STATE', message: 'Not connected: call connect() first.' })
      );
    };
    return this.#until(ms, signal, (done, fail) => {
      const look = (): void => {
        const error = ended();
        if (error !== null) fail(error);
        else if (this.#connection.state.state === 'live') done();
      };
      const off = this.#connection.onState(look);
      look();
      return off;
    });
  }

  #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#until(ms, signal, () => () => undefined);
  }

  async #orAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) return answer;
    let off: Off = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      const hear = (): void => reject(signal.reason);
      signal.addEventListener('abort', hear);
      off = () => signal.removeEventListener('abort', hear);
    });
    return Promise.race([answer, aborted]).finally(off);
  }

  /** Settles by `begin`, by the signal, or after `ms`. */
  #until(
    ms: number | undefined,
    signal: AbortSignal | undefined,
    begin: (done: () => void, fail: (error: unknown) => void) => Off,
  ): Promise<void> {
    const offs: Off[] = [];
    const settled = new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (ms !== undefined && ms !== Number.POSITIVE_INFINITY) offs.push(this.#timers.after(ms, resolve));
      const aborted = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', aborted);
      offs.push(() => signal?.removeEventListener('abort', aborted));
      offs.push(begin(resolve, reject));
    });
    return settled.finally(() => {
      for (const off of offs) off();
    });
  }
}

import type { ErrorBody, ErrorCode } from '@signalbox/shared/errors';
import { isOver, SAME_REFUSALS, SLOWED_MS, type Slowed, waitOf } from './loop-times.ts';

/** Beyond so many agents the one that was refused least recently is forgotten. */
const MAX_AGENTS = 5_000;
/** Refused commands remembered of one agent: a circle of more than these is not noticed. */
const MAX_OF_ONE = 4;

/** These say something of the hub or of another connection, not of what was asked. */
const NOT_COUNTED: ReadonlySet<ErrorCode> = new Set([
  'SUPERSEDED',
  'RATE_LIMITED',
  'OVERLOADED',
  'STORAGE_UNAVAILABLE',
  'TIMEOUT',
  'INTERNAL',
]);

export interface Refused extends Slowed {
  readonly command: string;
  /** Of command and input. */
  readonly key: string;
  times: number;
  startedAt: number;
  /** Why, the last time. Its details may be long, and are of no use here. */
  error: Pick<ErrorBody, 'code' | 'message' | 'retry'>;
}

/** A command as it was asked for. */
export interface Asked {
  agentId: string;
  command: string;
  input: unknown;
  /** The same for the same command with the same input. Costs something: asked for when there is something to compare. */
  key(): string;
}

/** What agents were refused lately: whoever asks for the very same again and again gets nowhere. */
export class Refusals {
  /** The least recently refused agent first, and of each agent the least recently refused command. */
  readonly #byAgent = new Map<string, Refused[]>();

  get size(): number {
    return this.#byAgent.size;
  }

  /** Returns what is refused when it is one time too many. */
  refused(asked: Asked, { code, message, retry }: ErrorBody, now: number): Refused | undefined {
    if (NOT_COUNTED.has(code)) return undefined;
    const error: Refused['error'] = { code, message, ...(retry !== undefined && { retry }) };
    const { agentId, command } = asked;
    const key = asked.key();
    const own = (this.#byAgent.get(agentId) ?? []).filter((one) => !isOver(one, now));
    const before = own.find((one) => one.key === key);
    // Who waits as long as it was told to is patient, not stuck.
    const patient = before?.error.retry !== undefined && now - before.at >= before.error.retry.afterMs;
    const known = before !== undefined && !(patient && before.slowedUntil === undefined) ? before : undefined;
    const refused: Refused = known ?? {
      command,
      key,
      times: 0,
      startedAt: now,
      at: now,
      error,
      slowedUntil: undefined,
    };
    refused.times++;
    Object.assign(refused, { at: now, error });
    const rest = own.filter((one) => one.key !== key);
    this.#byAgent.delete(agentId);
    this.#byAgent.set(agentId, [...rest.slice(-(MAX_OF_ONE - 1)), refused]);
    const [oldest] = this.#byAgent.size > MAX_AGENTS ? this.#byAgent.keys() : [];
    if (oldest !== undefined) this.#byAgent.delete(oldest);
    if (refused.times < SAME_REFUSALS) return undefined;
    const first = refused.slowedUntil === undefined;
    refused.slowedUntil = now + SLOWED_MS;
    return first ? refused : undefined;
  }

  /** It worked: what was refused before is over. */
  worked(asked: Asked): void {
    const own = this.#byAgent.get(asked.agentId);
    if (own?.some(({ command }) => command === asked.command) !== true) return;
    const key = asked.key();
    this.#keep(
      asked.agentId,
      own.filter((one) => one.key !== key),
    );
  }

  /** How long the agent has to wait before it asks for this again. */
  waitMs(asked: Asked, now: number): number {
    const own = this.#byAgent.get(asked.agentId);
    if (own?.some(({ command, slowedUntil }) => slowedUntil !== undefined && command === asked.command) !== true)
      return 0;
    const key = asked.key();
    const same = own.find((one) => one.key === key);
    return same === undefined ? 0 : waitOf(same, now);
  }

  isSlowed(agentId: string, now: number): boolean {
    return this.#byAgent.get(agentId)?.some((one) => one.slowedUntil !== undefined && !isOver(one, now)) === true;
  }

  /** Forgets what has stopped. */
  sweep(now: number): void {
    for (const [agentId, own] of this.#byAgent) if (own.every((one) => isOver(one, now))) this.#byAgent.delete(agentId);
  }

  end(agentId: string): void {
    this.#byAgent.delete(agentId);
  }

  #keep(agentId: string, own: Refused[]): void {
    if (own.length === 0) this.#byAgent.delete(agentId);
    else this.#byAgent.set(agentId, own);
  }
}

import { type Refusal, refuse } from '@signalbox/shared/errors';
import { stopping } from '../ledger/unsettled.ts';
import { LoopLag } from './loop-lag.ts';
import { RateLimit } from './rate-limit.ts';

/** Commands of one actor: far above what an agent needs, far below what one hub can. */
const COMMANDS = { perSecond: 1_000, burst: 2_000 };
/** Handshakes with one token: the largest fleet there may be, all of it coming back at once, and then its pace. */
const REGISTRATIONS = { perSecond: 1_000, burst: 10_000 };
/** While the hub is behind; spread, so that those refused together do not come back together. */
const OVERLOADED_WAIT_MS = { from: 250, to: 750 };

/**
 * These keep agents alive and leases held, end a wait of somebody else, or carry a person's word: they are let through
 * while the hub has more to do than it can.
 */
const FLOWING: ReadonlySet<string> = new Set([
  'agent.register',
  'agent.heartbeat',
  'agent.leave',
  'agent.evict',
  'lock.renew',
  'lock.release',
  'lock.forceRelease',
  'directive.send',
  'directive.receipt',
  'question.answer',
  'session.close',
]);

export interface GateOptions {
  lag?: Pick<LoopLag, 'isBehind' | 'close'>;
  monotonic?: () => number;
  random?: () => number;
}

/** What is refused before it is looked at: what comes too fast, ordinary work while the hub is behind, all while it stops. */
export class Gate {
  readonly #commands: RateLimit;
  readonly #registrations: RateLimit;
  readonly #lag: Pick<LoopLag, 'isBehind' | 'close'>;
  readonly #random: () => number;
  #stopping = false;

  constructor({ lag, monotonic, random = Math.random }: GateOptions = {}) {
    this.#commands = new RateLimit(COMMANDS, monotonic);
    this.#registrations = new RateLimit(REGISTRATIONS, monotonic);
    this.#lag = lag ?? new LoopLag(monotonic);
    this.#random = random;
  }

  close(): void {
    this.#lag.close();
  }

  /** From now on nothing new is begun. */
  stop(): void {
    this.#stopping = true;
  }

  /** Why the actor may not send this command now; undefined when it may. */
  refuse(actor: string, command: string): Refusal | undefined {
    if (this.#stopping) return stopping();
    const afterMs = this.#commands.take(actor);
    if (afterMs > 0) return tooFast(`More than ${COMMANDS.perSecond} commands a second`, afterMs);
    return this.#lag.isBehind && !FLOWING.has(command) ? overloaded(this.#random()) : undefined;
  }

  /** Why nobody may register by handshake with this token now. */
  refuseRegistration(actor: string): Refusal | undefined {
    if (this.#stopping) return stopping();
    const afterMs = this.#registrations.take(actor);
    return afterMs > 0
      ? tooFast(`More than ${REGISTRATIONS.perSecond} registrations a second with one token`, afterMs)
      : undefined;
  }
}

export const tooFast = (what: string, afterMs: number): Refusal =>
  refuse('RATE_LIMITED', `${what}; wait as long as retry.afterMs says, then send it again.`, { retryAfterMs: afterMs });

const overloaded = (random: number): Refusal =>
  refuse('OVERLOADED', 'The hub has more to do than it can; send it again after the delay.', {
    retryAfterMs: Math.round(OVERLOADED_WAIT_MS.from + random * (OVERLOADED_WAIT_MS.to - OVERLOADED_WAIT_MS.from)),
  });

import { type ErrorBody, type Refusal, refuse } from '@signalbox/shared/errors';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import type { Decision } from './decision.ts';
import { type Exchange, Exchanges, type Sent } from './exchanges.ts';
import { SLOWED_MS } from './loop-times.ts';
import { type Asked, Refusals, type Refused } from './refusals.ts';

/** Says that the agent is there, or hands on what it was told: two that do nothing else get nothing done. */
const NO_WORK: ReadonlySet<string> = new Set([
  'message.send',
  'message.ack',
  'agent.register',
  'agent.heartbeat',
  'agent.update',
  'directive.receipt',
  'lock.renew',
]);

/** A loop that was found, to be told to people. */
export interface Loop {
  agentId: string;
  /** Whom it goes round with, if with anybody. */
  others: string[];
  summary: string;
}

/**
 * Notices agents that go round in a circle — two that answer each other, one that repeats what is refused — and slows
 * them. What it remembers is bounded and lives on this node only: refusals are not written, and after a restart a loop
 * is found again.
 */
export class LoopBreaker {
  readonly #exchanges = new Exchanges();
  readonly #refusals = new Refusals();
  #found: Loop[] = [];

  /** Nothing is remembered of anybody. */
  get isQuiet(): boolean {
    return this.#exchanges.size === 0 && this.#refusals.size === 0;
  }

  get remembered(): { pairs: number; agents: number } {
    return { pairs: this.#exchanges.size, agents: this.#refusals.size };
  }

  /** A message of an agent was committed, here or on another node. */
  sent(message: Sent, now: number): void {
    const exchange = this.#exchanges.sent(message, now);
    if (exchange === undefined) return;
    const others = exchange.agents.filter((agentId) => agentId !== message.from);
    this.#found.push({ agentId: message.from, others, summary: exchangeSummary(exchange, now) });
  }

  /** Another command of an agent was committed. */
  did(agentId: string, command: string): void {
    if (this.#exchanges.size > 0 && !NO_WORK.has(command)) this.#exchanges.end(agentId);
  }

  /** A person spoke to the agent: what comes next is an answer to that. */
  spokenTo(agentId: string): void {
    this.#exchanges.end(agentId);
    this.#refusals.end(agentId);
  }

  refused(asked: Asked, error: ErrorBody, now: number): void {
    const refused = this.#refusals.refused(asked, error, now);
    if (refused !== undefined)
      this.#found.push({ agentId: asked.agentId, others: [], summary: refusalSummary(asked, refused, now) });
  }

  worked(asked: Asked): void {
    this.#refusals.worked(asked);
  }

  /** Why the agent may not do this just now. */
  check(asked: Asked, now: number): Refusal | undefined {
    const to = asked.command === 'message.send' ? addressOf(asked.input) : undefined;
    if (to !== undefined) {
      const waitMs = this.#exchanges.waitMs(asked.agentId, to, now);
      if (waitMs > 0) return slow(`You and ${to} have answered each other many times and done nothing else`, waitMs);
    }
    const waitMs = this.#refusals.waitMs(asked, now);
    return waitMs > 0 ? slow(`The same ${asked.command} was refused many times in a row`, waitMs) : undefined;
  }

  isLooping(agentId: string, now: number): boolean {
    return this.#exchanges.isSlowed(agentId, now) || this.#refusals.isSlowed(agentId, now);
  }

  /** What was found since the last look. Forgets what has stopped. */
  look(now: number): readonly Loop[] {
    this.#exchanges.sweep(now);
    this.#refusals.sweep(now);
    if (this.#found.length === 0) return NOTHING;
    const found = this.#found;
    this.#found = [];
    return found;
  }
}

const addressOf = (input: unknown): string | undefined =>
  typeof input === 'object' && input !== null && 'to' in input && typeof input.to === 'string' ? input.to : undefined;

const NOTHING: readonly Loop[] = [];

const slow = (what: string, retryAfterMs: number): Refusal =>
  refuse(
    'RATE_LIMITED',
    `${what}; this looks like a loop. Do something else, ask the people with question.ask, or wait as long as retry.afterMs says.`,
    { retryAfterMs },
  );

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1_000))} s`;

function exchangeSummary({ agents, turns, startedAt, thread }: Exchange, now: number): string {
  const where = thread === undefined ? '' : ` in the thread ${thread}`;
  return `${agents.join(' and ')} answered each other ${turns} times in ${seconds(now - startedAt)}${where} and did nothing else; now one message in ${seconds(SLOWED_MS)} goes through`;
}

function refusalSummary({ agentId, command }: Asked, { times, startedAt, error }: Refused, now: number): string {
  return `${agentId} was refused the same ${command} ${times} times in ${seconds(now - startedAt)}: ${error.code}, ${error.message.slice(0, 200)}`;
}

/** Internal: a loop was found. */
export const decideLoop: Decision<Loop, Record<string, never>> = (draft, { agentId, others, summary }, context) => {
  if (draft.get('agent', agentId) !== undefined)
    raiseAlarm(draft, context, {
      code: 'LOOP',
      subject: { kind: 'agent', id: agentId },
      ...(others.length > 0 && { others }),
      summary,
    });
  return {};
};

/** Internal: it has stopped. */
export const decideLoopOver: Decision<{ agentId: string }, Record<string, never>> = (draft, { agentId }) => {
  clearAlarm(draft, 'LOOP', agentId);
  return {};
};

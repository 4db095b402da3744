import { isOver, MESSAGES_IN_TURN, SLOWED_MS, type Slowed, waitOf } from './loop-times.ts';

/** Beyond so many pairs the longest silent one is forgotten. */
const MAX_PAIRS = 10_000;

export interface Exchange extends Slowed {
  readonly agents: readonly [string, string];
  /** Whose turn was last. */
  from: string;
  /** Turns without a break. */
  turns: number;
  startedAt: number;
  thread: string | undefined;
  /** What the two wrote in `to`, with who wrote it: a group may mean nobody but the other. */
  readonly addresses: Set<string>;
}

export interface Sent {
  from: string;
  /** As it was written. */
  to: string;
  recipients: readonly string[];
  thread?: string | undefined;
}

const NONE: ReadonlySet<Exchange> = new Set();

/** Who answers whom without anything else being done: found by the messages of two agents in turn. */
export class Exchanges {
  /** By both names, in order; the longest silent first. */
  readonly #pairs = new Map<string, Exchange>();
  readonly #byAgent = new Map<string, Set<Exchange>>();

  get size(): number {
    return this.#pairs.size;
  }

  /** A message of an agent was committed. Returns the exchange when it is one turn too many. */
  sent({ from, to, recipients, thread }: Sent, now: number): Exchange | undefined {
    const [other] = recipients;
    // What goes to several is no answer to one of them.
    if (other === undefined || recipients.length > 1 || other === from) return undefined;
    const key = from < other ? `${from} ${other}` : `${other} ${from}`;
    const known = this.#pairs.get(key);
    const exchange = known !== undefined && !isOver(known, now) ? known : this.#begin(key, from, other, now);
    if (exchange.from !== from) exchange.turns++;
    exchange.addresses.add(`${from} ${to}`);
    Object.assign(exchange, { from, at: now, thread });
    this.#pairs.delete(key);
    this.#pairs.set(key, exchange);
    if (exchange.turns < MESSAGES_IN_TURN) return undefined;
    const first = exchange.slowedUntil === undefined;
    exchange.slowedUntil = now + SLOWED_MS;
    return first ? exchange : undefined;
  }

  /** The agent did some work, or a person spoke to it: whatever it was talking about, it goes on with something. */
  end(agentId: string): void {
    for (const exchange of this.#byAgent.get(agentId) ?? NONE) this.#forget(exchange);
  }

  /** How long the agent has to wait before it writes to this address again. */
  waitMs(from: string, to: string, now: number): number {
    for (const exchange of this.#byAgent.get(from) ?? NONE)
      if (to !== from && (exchange.agents.includes(to) || exchange.addresses.has(`${from} ${to}`))) {
        const waitMs = waitOf(exchange, now);
        if (waitMs > 0) return waitMs;
      }
    return 0;
  }

  isSlowed(agentId: string, now: number): boolean {
    for (const exchange of this.#byAgent.get(agentId) ?? NONE)
      if (exchange.slowedUntil !== undefined && !isOver(exchange, now)) return true;
    return false;
  }

  /** Forgets what has stopped. */
  sweep(now: number): void {
    for (const exchange of this.#pairs.values()) if (isOver(exchange, now)) this.#forget(exchange);
  }

  #begin(key: string, from: string, other: string, now: number): Exchange {
    const before = this.#pairs.get(key);
    if (before !== undefined) this.#forget(before);
    const [oldest] = this.#pairs.size >= MAX_PAIRS ? this.#pairs.values() : [];
    if (oldest !== undefined) this.#forget(oldest);
    const exchange: Exchange = {
      agents: from < other ? [from, other] : [other, from],
      from,
      turns: 1,
      startedAt: now,
      at: now,
      thread: undefined,
      slowedUntil: undefined,
      addresses: new Set(),
    };
    this.#pairs.set(key, exchange);
    for (const agentId of exchange.agents) {
      const own = this.#byAgent.get(agentId);
      if (own === undefined) this.#byAgent.set(agentId, new Set([exchange]));
      else own.add(exchange);
    }
    return exchange;
  }

  #forget(exchange: Exchange): void {
    this.#pairs.delete(exchange.agents.join(' '));
    for (const agentId of exchange.agents) {
      const own = this.#byAgent.get(agentId);
      own?.delete(exchange);
      if (own?.size === 0) this.#byAgent.delete(agentId);
    }
  }
}

/** Of one look at the monotonic clock at most this much counts, so that a pause of this process makes nobody late. */
const MAX_STEP_MS = 250;

interface Sign {
  connection: number;
  /** Live time of the newest beat. */
  beatAt: number;
  /** Is there a socket or, over HTTP, a registration that has not gone late? */
  open: boolean;
  heard: boolean;
  drained: boolean;
}

/**
 * When each agent of a project last gave a sign of life, in live time of this node. Not ledger traffic: only a change
 * of an agent's presence becomes a transaction, and that is decided elsewhere from {@link ageOf}.
 */
export class Presence {
  readonly #monotonic: () => number;
  readonly #signs = new Map<string, Sign>();
  #lookedAt: number;
  #live = 0;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#lookedAt = monotonic();
  }

  /** Any command or heartbeat of this connection. */
  beat(agentId: string, connection: number): void {
    const sign = this.#signs.get(agentId);
    if (sign !== undefined && connection < sign.connection) return;
    this.#signs.set(agentId, { connection, beatAt: this.#now(), open: true, heard: true, drained: false });
  }

  /** The socket of this connection closed without a `leave`. */
  closed(agentId: string, connection: number): void {
    const sign = this.#signs.get(agentId);
    if (sign?.connection === connection) sign.open = false;
  }

  /** We closed the socket ourselves and told its agent to come back: nothing is amiss until its time is over. */
  drained(agentId: string, connection: number): void {
    const sign = this.#signs.get(agentId);
    if (sign?.connection !== connection) return;
    sign.open = false;
    sign.drained = true;
  }

  wasDrained(agentId: string): boolean {
    return this.#signs.get(agentId)?.drained ?? false;
  }

  isOpen(agentId: string): boolean {
    return this.#signs.get(agentId)?.open ?? false;
  }

  /** Has this very connection given a sign on this node? After a restart it has not, whatever the records say. */
  wasHeard(agentId: string, connection: number): boolean {
    const sign = this.#signs.get(agentId);
    return sign?.heard === true && sign.connection >= connection;
  }

  forget(agentId: string): void {
    this.#signs.delete(agentId);
  }

  /** Milliseconds of live time since the last sign; an agent never heard of starts at 0 now. */
  ageOf(agentId: string, connection: number): number {
    const sign = this.#signs.get(agentId);
    if (sign !== undefined && sign.connection >= connection) return this.#now() - sign.beatAt;
    this.#signs.set(agentId, { connection, beatAt: this.#now(), open: false, heard: false, drained: false });
    return 0;
  }

  /** To be called more often than the clamp, or live time falls behind. Returns live time. */
  advance(): number {
    return this.#now();
  }

  /** Nobody could be heard for a while: all ages start at 0 again. */
  restart(): void {
    const now = this.#now();
    for (const sign of this.#signs.values()) sign.beatAt = now;
  }

  #now(): number {
    const looked = this.#monotonic();
    this.#live += Math.min(looked - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = looked;
    return this.#live;
  }
}

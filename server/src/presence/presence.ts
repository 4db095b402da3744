import type { LiveTime } from './live-time.ts';

/** A sign of life as one node tells it to the others. */
export type Beat = [agentId: string, connection: number, ageMs: number];

interface Sign {
  connection: number;
  /** Live time of the newest beat, wherever it was heard. */
  beatAt: number;
  /** Live time of the newest beat this node heard itself. */
  heardHereAt: number;
  /** Is there a socket here or, over HTTP, a registration that has not gone late? */
  open: boolean;
  heard: boolean;
  /** It closed its socket here, or lost it. */
  closed: boolean;
}

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * When each agent of a project last gave a sign of life, in live time of this node. Not ledger traffic: only a change
 * of an agent's presence becomes a transaction, and that is decided elsewhere from {@link ageOf}.
 */
export class Presence {
  readonly #live: LiveTime;
  readonly #signs = new Map<string, Sign>();

  constructor(live: LiveTime) {
    this.#live = live;
  }

  /** Any command or heartbeat of this connection. */
  beat(agentId: string, connection: number): void {
    const sign = this.#signOf(agentId, connection);
    if (sign === undefined) return;
    sign.beatAt = this.#live.now();
    sign.heardHereAt = sign.beatAt;
    sign.open = true;
    sign.heard = true;
    sign.closed = false;
  }

  /** Another node heard this so long ago. */
  heardElsewhere([agentId, connection, ageMs]: Beat): void {
    const sign = this.#signOf(agentId, connection);
    if (sign === undefined) return;
    sign.beatAt = Math.max(sign.beatAt, this.#live.now() - ageMs);
    sign.heard = true;
  }

  /** What was heard here since this live time: to be told to the other nodes. */
  beatsSince(at: number): Beat[] {
    const now = this.#live.now();
    const beats: Beat[] = [];
    for (const [agentId, { connection, heardHereAt }] of this.#signs)
      if (heardHereAt >= at) beats.push([agentId, connection, Math.round(now - heardHereAt)]);
    return beats;
  }

  /** The socket of this connection closed without a `leave`. */
  closed(agentId: string, connection: number): void {
    const sign = this.#signs.get(agentId);
    if (sign?.connection !== connection) return;
    sign.open = false;
    sign.closed = true;
  }

  /** We closed the socket ourselves and told its agent to come back: nothing is amiss until its time is over. */
  drained(agentId: string, connection: number): void {
    const sign = this.#signs.get(agentId);
    if (sign?.connection === connection) sign.open = false;
  }

  hasClosed(agentId: string): boolean {
    return this.#signs.get(agentId)?.closed ?? false;
  }

  isOpen(agentId: string): boolean {
    return this.#signs.get(agentId)?.open ?? false;
  }

  /**
   * Has this very connection given a sign since this node started, or could not hear for a while? If not, its age is
   * unknown, whatever the records say.
   */
  wasHeard(agentId: string, connection: number): boolean {
    const sign = this.#signs.get(agentId);
    return sign?.heard === true && sign.connection >= connection;
  }

  forget(agentId: string): void {
    this.#signs.delete(agentId);
  }

  /** Those who are gone for good. Costs nothing while there are no more signs than agents. */
  forgetOthers(agents: number, isThere: (agentId: string) => boolean): void {
    if (this.#signs.size <= agents) return;
    for (const agentId of this.#signs.keys()) if (!isThere(agentId)) this.#signs.delete(agentId);
  }

  /**
   * Another epoch: only connections that still stand in the records can be compared with those to come. They have all
   * their time again, for what other nodes have said of them meanwhile did not count here; what was heard here did
   * happen, and is to be told to those nodes.
   */
  enterEpoch(connectionOf: (agentId: string) => number | undefined): void {
    for (const [agentId, sign] of this.#signs) {
      if (connectionOf(agentId) !== sign.connection) this.#signs.delete(agentId);
      else Object.assign(sign, { beatAt: this.#live.now(), closed: false });
    }
  }

  /**
   * Milliseconds of live time since the last sign, now or as of `until`; an agent never heard of starts at 0 now. Signs
   * that other nodes heard are known up to their last message only, so whoever judges by them looks as of that.
   */
  ageOf(agentId: string, connection: number, until = Number.POSITIVE_INFINITY): number {
    const sign = this.#signOf(agentId, connection) ?? this.#signs.get(agentId);
    return sign === undefined ? 0 : Math.max(0, Math.min(this.#live.now(), until) - sign.beatAt);
  }

  /** Live time now. */
  now(): number {
    return this.#live.now();
  }

  /** Nobody could be heard for a while: all ages start at 0 again. */
  restart(): void {
    for (const agentId of this.#signs.keys()) this.restartOf(agentId);
  }

  /** The node that carried this agent is gone; it has all its time to come back to another one. That is no sign of life. */
  restartOf(agentId: string): void {
    const sign = this.#signs.get(agentId);
    if (sign === undefined) return;
    sign.beatAt = this.#live.now();
    sign.heard = false;
  }

  /** The sign of this connection, made when it is newer than what is known; undefined when it is older. */
  #signOf(agentId: string, connection: number): Sign | undefined {
    const known = this.#signs.get(agentId);
    if (known !== undefined && known.connection >= connection)
      return known.connection === connection ? known : undefined;
    const fresh = {
      connection,
      beatAt: this.#live.now(),
      heardHereAt: NEVER,
      open: false,
      heard: false,
      closed: false,
    };
    this.#signs.set(agentId, fresh);
    return fresh;
  }
}

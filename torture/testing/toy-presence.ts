import type { SeededBug } from './seeded-bug.ts';
import type { World } from './world.ts';

const HEARTBEAT_EVERY_MS = 500;
const LOST_AFTER_MS = 3 * HEARTBEAT_EVERY_MS;
/** Of one look at the clock at most this much counts: a pause makes nobody older. */
const MAX_STEP_MS = 300;
/** A loss is read a little later than it happens. */
const READ_WITHIN_MS = 10;
/** So long after its time somebody would certainly miss a loss, if nothing befell the hub and its log grew on and on. */
const MISSED_AFTER_MS = 4_020;
const GROWS_EVERY_MS = 700;

export interface ToyAgentRecord {
  kind: 'agent';
  id: string;
  presence: 'present' | 'lost';
  heartbeatEveryMs: number;
}

/** Who was heard when, in the time in which the hub was running, and what is shown of them. */
export class ToyPresence {
  readonly #world: World;
  readonly #bug: SeededBug;
  readonly #heardAt = new Map<string, number>();
  readonly #lost = new Set<string>();
  /** What each has written last, by the id of its request. */
  readonly #wrote = new Map<string, string>();
  #live = 0;
  #lookedAt: number;
  #grewAt: number;
  /** Since when nothing befell the hub, and its log grew; undefined until it grows again. */
  #calmFrom: number | undefined;
  /** Is never shown lost. */
  #unseen: string | undefined;

  constructor(world: World, bug: SeededBug) {
    this.#world = world;
    this.#bug = bug;
    this.#lookedAt = this.#grewAt = world.now;
  }

  /** What is to be shown of an agent that was heard: something new, or nothing. */
  heard(agent: string): ToyAgentRecord[] {
    const isNew = !this.#heardAt.has(agent);
    this.#heardAt.set(agent, this.#now());
    return this.#lost.delete(agent) || isNew ? [record(agent, 'present')] : [];
  }

  /** Those who have become lost. */
  look(): ToyAgentRecord[] {
    const now = this.#now();
    const known = [...this.#heardAt].filter(([agent]) => !this.#lost.has(agent) && agent !== this.#unseen);
    const due = known.flatMap(([agent, at]) => (now - at >= LOST_AFTER_MS ? [agent] : []));
    const [first] = due;
    if (first !== undefined && this.#bug.strikes('never shown lost', this.#world.now)) this.#unseen = first;
    const early = known.find(([, at]) => now - at < LOST_AFTER_MS / 2)?.[0];
    const tooEarly = early !== undefined && this.#bug.strikes('lost too early', this.#world.now) ? [early] : [];
    return this.#lose([...due.filter((agent) => agent !== this.#unseen), ...tooEarly], tooEarly);
  }

  /** After a restart all silences begin anew. */
  restart(): ToyAgentRecord[] {
    for (const agent of this.#heardAt.keys()) this.#heardAt.set(agent, this.#now());
    if (!this.#bug.strikes('lost after a restart', this.#world.now)) return [];
    const all = [...this.#heardAt.keys()].filter((agent) => !this.#lost.has(agent));
    return this.#lose(all, all);
  }

  /** Something befell the hub, and is over. */
  disturbed(): void {
    this.#calmFrom = undefined;
  }

  /** The log has grown, by what this request asked for, if it was one. */
  committed(agent: string, id: string | undefined): void {
    const { now } = this.#world;
    if (now - this.#grewAt > GROWS_EVERY_MS) this.#calmFrom = undefined;
    const calmFrom = this.#calmFrom ?? now;
    this.#calmFrom = calmFrom;
    this.#grewAt = now;
    if (id === undefined) return;
    this.#wrote.set(agent, id);
    const silentFrom = this.#silenceOfUnseen();
    if (silentFrom === undefined) return;
    const isMissed = this.#calledAt(id) > Math.max(silentFrom, calmFrom) + LOST_AFTER_MS + MISSED_AFTER_MS;
    if (isMissed)
      this.#world.after(READ_WITHIN_MS, () => {
        this.#bug.tookEffect ||= this.#silenceOfUnseen() === silentFrom;
      });
  }

  #lose(agents: readonly string[], tooEarly: readonly string[]): ToyAgentRecord[] {
    for (const agent of agents) this.#lost.add(agent);
    // Only what has left a trace proves that somebody was alive.
    const lived = tooEarly.map((agent) => this.#calledAt(this.#wrote.get(agent)));
    this.#bug.tookEffect ||= lived.some((at) => this.#world.now + READ_WITHIN_MS - at < LOST_AFTER_MS);
    return agents.map((agent) => record(agent, 'lost'));
  }

  #calledAt(id: string | undefined): number {
    const line = this.#world.lines.findLast((one) => one.k === 'call' && one.id === id);
    return line?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** When the process of the one that is never shown lost was stopped or killed; undefined while it runs. */
  #silenceOfUnseen(): number | undefined {
    const agent = this.#unseen;
    if (agent === undefined) return undefined;
    const line = this.#world.lines.findLast((one) => 'life' in one && isOfLife.has(one.k) && one.agent === agent);
    return line?.k === 'ended' || line?.k === 'stopped' ? line.at : undefined;
  }

  /** The time in which the hub was running. */
  #now(): number {
    const { now } = this.#world;
    this.#live += Math.min(now - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = now;
    return this.#live;
  }
}

const isOfLife: ReadonlySet<string> = new Set(['born', 'ended', 'stopped', 'continued']);

const record = (id: string, presence: ToyAgentRecord['presence']): ToyAgentRecord => ({
  kind: 'agent',
  id,
  presence,
  heartbeatEveryMs: HEARTBEAT_EVERY_MS,
});

import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { LiveTime } from '../presence/live-time.ts';
import { type Beacon, type News, parseBeacon } from './beacon.ts';
import type { Bus } from './bus.ts';

/** A little less than once a second: with what else it does, an idle hub stays below one Redis call a second. */
export const BEACON_EVERY_MS = 1_100;
/** A node whose beacon is missing for so long is gone, until it is heard again. */
export const GONE_AFTER_MS = 3_000;
/** A beacon that comes back this late was not on time by more than a second: what the others said may be lost. */
const GAP_AFTER_MS = BEACON_EVERY_MS + 1_000;
const MAX_RANK = 3;

export interface NodesOptions {
  /** Random id of this process. */
  node: string;
  bus: Bus;
  /** Where all nodes of one hub speak to each other. */
  channel: string;
  /** Where one node is told what the others write; whoever listens to it lives. */
  ownChannel(node: string): string;
  live: LiveTime;
  monotonic?: () => number;
}

/** What the rest of a hub wants to know of the other nodes. */
export interface Neighbours {
  /** Ids of the other live nodes. */
  others(): readonly string[];
  /** The place of this node among the live ones, at most 3: what every node would do is done in this order. */
  rank(): number;
  /** Is this node the first of all, and has it listened long enough to know? What is done for all is done by it. */
  leads(): boolean;
  /** Surely not there any more. Of a node not heard yet nothing is known until it had time to be heard. */
  isGone(node: string): boolean;
  /** Live time up to which everything is known that the others heard; now, when there are no others. */
  heardUntil(): number;
  /** Finds out at once, rather than by its silence, which of these nodes are gone. */
  findGone(nodes: readonly string[]): Promise<void>;
  /** Hears the id of every node that is gone. Returns its off. */
  onGone(listener: (node: string) => void): Off;
  /** Hears that this node was deaf for a while and hears again. Returns its off. */
  onGap(listener: () => void): Off;
}

/**
 * The live nodes of one hub, by their beacons. A node is measured by beacons of our own that came back: while we hear
 * nothing, not even ourselves, nobody is gone.
 */
export class Nodes implements Neighbours {
  readonly #options: NodesOptions;
  readonly #monotonic: () => number;
  /** Live time of the newest beacon of each other node. */
  readonly #heardAt = new Map<string, number>();
  #others: readonly string[] = [];
  readonly #surelyGone = new Set<string>();
  readonly #goneListeners = new Listeners<[node: string]>();
  readonly #gapListeners = new Listeners<[]>();
  readonly #beaconListeners = new Listeners<[beacon: Beacon]>();
  readonly #offGap: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #news: ((since: number) => News) | undefined;
  /** Live time when the newest beacon that came back was written: all before it was told. */
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Live time since when we hear without interruption, and up to when that is proven. */
  #hearsSince: number | undefined;
  #hearsUntil = 0;
  #cameBackAt: number | undefined;
  /** Live time of the newest gap. */
  #gapAt = Number.NEGATIVE_INFINITY;

  private constructor(options: NodesOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#offGap = options.bus.onGap(() => this.#gap());
  }

  /** Says at once that this node is there. Rejects when the bus cannot be reached. */
  static async start(options: NodesOptions): Promise<Nodes> {
    const nodes = new Nodes(options);
    await options.bus.subscribe(options.channel, (text) => nodes.#heard(text));
    nodes.#speak();
    nodes.#timer = setInterval(() => nodes.#speak(), BEACON_EVERY_MS);
    nodes.#timer.unref();
    return nodes;
  }

  /** Says goodbye, so that the others need not wait for the silence. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#offGap();
    this.#publish({ beats: [], heads: {}, bye: true });
  }

  /** What is told to others, if there are any: all that is new since that live time, or everything. */
  tell(news: (since: number) => News): void {
    this.#news = news;
  }

  others(): readonly string[] {
    return this.#others;
  }

  rank(): number {
    return Math.min(this.#others.filter((id) => id < this.#options.node).length, MAX_RANK);
  }

  leads(): boolean {
    return this.#heardEnough && this.rank() === 0;
  }

  isGone(node: string): boolean {
    if (node === this.#options.node || this.#heardAt.has(node)) return false;
    return this.#heardEnough || this.#surelyGone.has(node);
  }

  /** Whoever lives would have been heard. */
  get #heardEnough(): boolean {
    return this.#hearsSince !== undefined && this.#hearsUntil - this.#hearsSince >= GONE_AFTER_MS;
  }

  heardUntil(): number {
    let until = this.#options.live.now();
    for (const at of this.#heardAt.values()) until = Math.min(until, at);
    return until;
  }

  async findGone(nodes: readonly string[]): Promise<void> {
    const { bus, ownChannel } = this.#options;
    const unknown = nodes.filter((node) => node !== this.#options.node && !this.#heardAt.has(node));
    if (unknown.length === 0) return;
    const unheard = new Set(await bus.unheard(unknown.map(ownChannel)).catch((): string[] => []));
    for (const node of unknown) if (unheard.has(ownChannel(node))) this.#surelyGone.add(node);
  }

  onGone(listener: (node: string) => void): Off {
    return this.#goneListeners.on(listener);
  }

  onGap(listener: () => void): Off {
    return this.#gapListeners.on(listener);
  }

  /** Hears what other nodes tell. Returns its off. */
  onBeacon(listener: (beacon: Beacon) => void): Off {
    return this.#beaconListeners.on(listener);
  }

  #speak(): void {
    // A word after the goodbye would be taken for life.
    if (this.#stopped) return;
    const news = this.#heardAt.size === 0 ? undefined : this.#news?.(this.#toldAt);
    this.#publish(news ?? { beats: [], heads: {} });
  }

  #publish(said: Omit<Beacon, 'node' | 'at'>): void {
    const beacon: Beacon = { node: this.#options.node, at: this.#options.live.now(), ...said };
    this.#options.bus.publish(this.#options.channel, JSON.stringify(beacon));
  }

  #heard(text: string): void {
    const beacon = parseBeacon(text);
    if (beacon === undefined) return;
    if (beacon.node === this.#options.node) this.#cameBack(beacon.at);
    else if (beacon.bye === true) this.#gone(beacon.node);
    else {
      const isNew = !this.#heardAt.has(beacon.node);
      const mayHaveWaited = this.#mayHaveWaited();
      // Nor is anything known up to now by what is not believed.
      if (isNew || !mayHaveWaited) this.#heardAt.set(beacon.node, this.#options.live.now());
      if (isNew) this.#met(beacon.node);
      const heard = mayHaveWaited ? { ...beacon, beats: [] } : beacon;
      this.#beaconListeners.tell(heard);
    }
  }

  /**
   * Since a gap, or in one that is not noticed yet, no beacon of our own has come back that was written after it: what
   * comes in may be older than it says, by as long as we stood still.
   */
  #mayHaveWaited(): boolean {
    const overdue = this.#cameBackAt !== undefined && this.#monotonic() - this.#cameBackAt > GAP_AFTER_MS;
    return overdue || this.#toldAt < this.#gapAt;
  }

  /** It has just come, or was away for a while: it need not wait to hear that we are there. */
  #met(node: string): void {
    this.#surelyGone.delete(node);
    this.#others = [...this.#heardAt.keys()];
    this.#speak();
  }

  #cameBack(writtenAt: number): void {
    const now = this.#monotonic();
    const before = this.#cameBackAt;
    this.#cameBackAt = now;
    if (before !== undefined && now - before > GAP_AFTER_MS) this.#gap();
    this.#toldAt = writtenAt;
    this.#hearsUntil = this.#options.live.now();
    this.#hearsSince ??= this.#hearsUntil;
    if (this.#heardEnough) this.#surelyGone.clear();
    for (const [node, heardAt] of [...this.#heardAt]) if (this.#hearsUntil - heardAt > GONE_AFTER_MS) this.#gone(node);
  }

  /** Nobody can be blamed for what we did not hear. */
  #gap(): void {
    const now = this.#options.live.now();
    this.#hearsSince = undefined;
    this.#gapAt = now;
    for (const node of this.#heardAt.keys()) this.#heardAt.set(node, now);
    this.#gapListeners.tell();
  }

  #gone(node: string): void {
    this.#surelyGone.add(node);
    if (!this.#heardAt.delete(node)) return;
    this.#others = [...this.#heardAt.keys()];
    this.#goneListeners.tell(node);
  }
}

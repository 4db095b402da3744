import { parseTail } from '../ledger/tail.ts';
import type { LiveTime } from '../presence/live-time.ts';
import type { Project, Projects } from '../project.ts';
import type { Beacon, News } from './beacon.ts';
import type { Bus } from './bus.ts';
import type { Nodes } from './nodes.ts';

/** What was heard of a commit is taken in within this; a ledger that is behind then has missed it. */
const TAKEN_IN_AFTER_MS = 100;

export interface ExchangeOptions {
  nodes: Nodes;
  bus: Bus;
  /** Where this node is told what the others have written. */
  ownChannel: string;
  projects: Projects;
  live: LiveTime;
}

interface Head {
  epoch: number;
  seq: number;
  /** Live time when it was first seen. */
  at: number;
  /** Live time when its epoch was first spoken of. */
  epochAt: number;
}

/** Brings what the nodes tell each other to the projects: commits, signs of life, and where the ledgers are. */
export class Exchange {
  readonly #options: ExchangeOptions;
  #heads: ReadonlyMap<string, Head> = new Map();
  readonly #offs: (() => void)[];

  private constructor(options: ExchangeOptions) {
    this.#options = options;
    const { nodes } = options;
    nodes.tell((since) => this.#news(since));
    this.#offs = [nodes.onBeacon((beacon) => this.#heard(beacon)), nodes.onGap(() => this.#missed())];
  }

  /** From now on the projects follow what the other nodes write. Rejects when the bus cannot be reached. */
  static async start(options: ExchangeOptions): Promise<Exchange> {
    const exchange = new Exchange(options);
    await options.bus.subscribe(options.ownChannel, (text) => exchange.#tail(text));
    // Loaded before anything could be heard.
    for (const { ledger } of exchange.#all()) void ledger.catchUp();
    return exchange;
  }

  stop(): void {
    for (const off of this.#offs) off();
  }

  *#all(): Iterable<Project> {
    yield this.#options.projects.hub;
    yield* this.#options.projects.all();
  }

  #tail(text: string): void {
    const message = parseTail(text);
    if (message !== undefined) this.#options.projects.get(message.project)?.ledger.heard(message);
  }

  #news(since: number): News {
    const now = this.#options.live.now();
    const news: News = { beats: [], heads: {} };
    const next = new Map<string, Head>();
    for (const { id, ledger, presence } of this.#all()) {
      const { epoch, seq } = ledger;
      const known = this.#heads.get(id);
      const epochAt = known?.epoch === epoch ? known.epochAt : now;
      const head = known?.epoch === epoch && known.seq === seq ? known : { epoch, seq, at: now, epochAt };
      next.set(id, head);
      // Nodes that were in this epoch before us did not take what we said under the last one: all of it again.
      const beats = presence.beatsSince(head.epochAt >= since ? 0 : since);
      // With the beats goes the epoch of their connections.
      if (head.at >= since || beats.length > 0) news.heads[id] = [epoch, seq];
      if (beats.length > 0) news.beats.push([id, ...beats]);
    }
    this.#heads = next;
    return news;
  }

  #heard({ beats, heads }: Beacon): void {
    for (const [id, ...heard] of beats) {
      const project = this.#options.projects.get(id);
      if (project === undefined) continue;
      // Connections of another epoch say nothing about those of ours.
      const [epoch = project.ledger.epoch] = heads[id] ?? [];
      if (epoch === project.ledger.epoch) for (const beat of heard) project.presence.heardElsewhere(beat);
    }
    if (Object.keys(heads).length > 0) setTimeout(() => this.#compare(heads), TAKEN_IN_AFTER_MS).unref();
  }

  #compare(heads: Beacon['heads']): void {
    for (const [id, [epoch, seq]] of Object.entries(heads))
      void this.#options.projects.get(id)?.ledger.reach({ epoch, seq });
  }

  /** Whatever the others have said meanwhile is lost: their commits are in the ledger, their agents are given time. */
  #missed(): void {
    for (const { ledger, presence } of this.#all()) {
      presence.restart();
      void ledger.catchUp();
    }
  }
}

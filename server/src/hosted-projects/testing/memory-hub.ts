import { guarded } from '../../commands/run-decision.ts';
import type { Decision } from '../../domain/decision.ts';
import { MemoryLedger, MemoryStore } from '../../ledger/memory-store.ts';
import { Exchange } from '../../nodes/exchange.ts';
import { Nodes } from '../../nodes/nodes.ts';
import { alone } from '../../nodes/testing/alone.ts';
import { type MemoryBus, MemoryWire } from '../../nodes/testing/memory-bus.ts';
import { LiveTime } from '../../presence/live-time.ts';
import { HostedProjects } from '../hosted-projects.ts';

const FLUSH_EVERY_MS = 1;
const ownChannel = (node: string): string => `own:${node}`;

/** What the nodes of one hub share, in memory: what is stored, and the wire between them. */
export class MemoryHub implements AsyncDisposable {
  readonly wire = new MemoryWire();
  readonly ledgers = new Map<string, MemoryLedger>();
  readonly errors: unknown[] = [];
  /** Reading the stored series is refused. */
  seriesRefused = false;
  readonly #ends: (() => unknown)[] = [];

  /** Projects whose data was deleted. */
  get erased(): string[] {
    return [...this.ledgers].flatMap(([id, { removed }]) => (removed === undefined ? [] : id));
  }

  constructor() {
    const timer = setInterval(() => this.wire.flush(), FLUSH_EVERY_MS);
    this.#ends.push(() => clearInterval(timer));
  }

  /** A node that has started and loaded everything. */
  async join(node: string, monotonic = () => performance.now()): Promise<MemoryNode> {
    const live = new LiveTime(monotonic);
    const bus = this.wire.bus();
    const nodes = await Nodes.start({ node, bus, channel: 'nodes', ownChannel, live, monotonic });
    const projects = await HostedProjects.open({ ...this.#storage(node), node, nodes, live });
    const exchange = await Exchange.start({ nodes, bus, ownChannel: ownChannel(node), projects, live });
    await projects.start();
    this.#ends.push(live.run(), async () => {
      await projects.close();
      exchange.stop();
      nodes.stop();
    });
    return new MemoryNode(projects, { bus, nodes });
  }

  /** The only node, in a time that is moved by hand. */
  async joinAlone(live: LiveTime): Promise<MemoryNode> {
    const nodes = alone(live);
    const projects = await HostedProjects.open({ ...this.#storage('alone'), node: 'alone', nodes, live });
    await projects.start();
    this.#ends.push(() => projects.close());
    return new MemoryNode(projects, {});
  }

  #storage(node: string) {
    return {
      ledgerStore: (id: string, life: number) => {
        const ledger = this.ledgers.get(id) ?? new MemoryLedger();
        this.ledgers.set(id, ledger);
        ledger.tails.set(node, (message) =>
          this.wire.send(ownChannel(node), JSON.stringify({ ...message, project: id })),
        );
        return new MemoryStore(ledger, node, life);
      },
      seriesStore: () => ({
        load: async () => {
          if (this.seriesRefused) throw new Error('refused');
          return {};
        },
        save: async () => {},
      }),
      onThrow: (...thrown: unknown[]) => this.errors.push(thrown),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}

export class MemoryNode {
  readonly projects: HostedProjects;
  readonly #parts: { bus?: MemoryBus; nodes?: Nodes };

  constructor(projects: HostedProjects, parts: { bus?: MemoryBus; nodes?: Nodes }) {
    this.projects = projects;
    this.#parts = parts;
  }

  get bus(): MemoryBus {
    if (this.#parts.bus === undefined) throw new Error('it is alone');
    return this.#parts.bus;
  }

  get nodes(): Nodes {
    if (this.#parts.nodes === undefined) throw new Error('it is alone');
    return this.#parts.nodes;
  }

  project(id: string) {
    const project = this.projects.get(id);
    if (project === undefined) throw new Error(`${id} is not open`);
    return project;
  }

  /** Runs a decision in a project as the hub. */
  async decide<I, O>(id: string, decision: Decision<I, O>, input: I): Promise<O> {
    const decide = guarded(decision, input);
    const settled = await this.project(id).ledger.execute({ command: 'test', caller: { kind: 'hub' }, decide });
    if (!settled.ok) throw new Error(settled.error.message);
    return settled.reply;
  }
}

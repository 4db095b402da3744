import { decideProjectForget } from '../domain/hub.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Neighbours } from '../nodes/nodes.ts';

/** By then every node that lives has heard of the removal and writes nothing into the project any more. */
const ERASE_AFTER_MS = 2_000;
const HUB = { kind: 'hub' } as const;

export interface RemovalOptions {
  /** The ledger of `_hub`. */
  hub: Ledger;
  nodes: Neighbours;
  /** Deletes all that is stored of a project. */
  erase(project: string): Promise<void>;
  liveNow(): number;
}

/** Deletes the data of removed projects, then their records. Whatever is interrupted is begun anew. */
export class Removal {
  readonly #options: RemovalOptions;
  /** Live time when this node knew of each. */
  #knownAt: ReadonlyMap<string, number> = new Map();

  constructor(options: RemovalOptions) {
    this.#options = options;
  }

  /** To be called now and then with the projects that are being removed. */
  async look(ids: readonly string[]): Promise<void> {
    const now = this.#options.liveNow();
    this.#knownAt = new Map(ids.map((id) => [id, this.#knownAt.get(id) ?? now]));
    if (!this.#options.nodes.leads()) return;
    for (const [id, knownAt] of this.#knownAt) if (now - knownAt >= ERASE_AFTER_MS) await this.#finish(id);
  }

  async #finish(id: string): Promise<void> {
    const { hub, erase } = this.#options;
    // Asks the ledger itself, not its copy: the id may belong to a new project by now.
    const asked = await hub.execute({
      command: 'project.erase',
      caller: HUB,
      decide: (draft) => ({ may: draft.get('project', id)?.removing === true }),
    });
    if (!asked.ok || !asked.reply.may) return;
    await erase(id);
    await hub.execute({
      command: 'project.forget',
      caller: HUB,
      decide: (draft, context) => decideProjectForget(draft, { projectId: id }, context),
    });
  }
}

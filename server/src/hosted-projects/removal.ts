import { decideProjectForget } from '../domain/hub.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import { lifeOf } from './life.ts';

/** By then nearly every node has heard of the removal and closed the project; the others find it removed. */
const ERASE_AFTER_MS = 2_000;
const HUB = { kind: 'hub' } as const;

export interface RemovalOptions {
  /** The ledger of `_hub`. */
  hub: Ledger;
  nodes: Neighbours;
  /** Deletes all that is stored of this life of a project and those before, not of one made anew. */
  erase(project: string, life: number): Promise<void>;
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
    // Asks the ledger itself, not its copy: the id may belong to a new project by now. And when it does only after it
    // has answered, that one has a newer life than what is deleted.
    const asked = await hub.execute({
      command: 'project.erase',
      caller: HUB,
      decide: (draft) => ({ record: draft.get('project', id) }),
    });
    if (!asked.ok || asked.reply.record?.removing !== true) return;
    await erase(id, lifeOf(asked.reply.record));
    await hub.execute({
      command: 'project.forget',
      caller: HUB,
      decide: (draft, context) => decideProjectForget(draft, { projectId: id }, context),
    });
  }
}

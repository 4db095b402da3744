import { compareIds } from '@signalbox/shared/ids';
import type { Crew, FreeAgent, TaskLine } from '../domain/market.ts';
import { Sorted } from './sorted.ts';

/** Where an agent stands in its crew. */
export interface Standing {
  readonly agentId: string;
  readonly held: 'paused' | 'draining' | undefined;
  /** Takes part now, and how it takes tasks. */
  readonly there: 'push' | 'pull' | undefined;
  readonly free: FreeAgent | undefined;
  readonly folders: readonly string[];
}

/** Of those with a score, or of those without: nobody's place changes with the scores of others. */
const compareFree = (a: FreeAgent, b: FreeAgent): number =>
  a.load - b.load || (b.score ?? 0) - (a.score ?? 0) || a.stateAt - b.stateAt || compareIds(a.agentId, b.agentId);

type Shelves = readonly [scored: Sorted<FreeAgent>, unscored: Sorted<FreeAgent>];
const NONE: readonly [] = [];
/** The whole crew; no folder is called so. */
const ANYWHERE = '/';

export class CrewOfAgents implements Crew {
  readonly capabilities: ReadonlySet<string>;
  readonly lines = new Set<TaskLine>();
  readonly members = new Sorted<string>(compareIds);
  readonly pushed = new Set<string>();
  readonly asking = new Sorted<string>(compareIds);
  paused = 0;
  draining = 0;
  freeCount = 0;
  readonly #shelves = new Map<string, Shelves>();

  constructor(capabilities: readonly string[]) {
    this.capabilities = new Set(capabilities);
  }

  free(folder = ANYWHERE): readonly Sorted<FreeAgent>[] {
    return this.#shelves.get(folder) ?? NONE;
  }

  add(standing: Standing): void {
    const { agentId, held, there } = standing;
    this.members.add(agentId);
    if (held !== undefined) this[held]++;
    if (there === 'push') this.pushed.add(agentId);
    if (there === 'pull') this.asking.add(agentId);
    this.addFree(standing);
    this.#changed();
  }

  delete(standing: Standing): void {
    const { agentId, held, there } = standing;
    this.members.delete(agentId);
    if (held !== undefined) this[held]--;
    if (there === 'push') this.pushed.delete(agentId);
    if (there === 'pull') this.asking.delete(agentId);
    this.deleteFree(standing);
    this.#changed();
  }

  addFree({ free, folders }: Standing): void {
    if (free === undefined) return;
    this.freeCount++;
    for (const folder of [ANYWHERE, ...folders]) {
      const shelves = this.#shelves.get(folder) ?? [new Sorted(compareFree), new Sorted(compareFree)];
      this.#shelves.set(folder, shelves);
      shelves[free.score === null ? 1 : 0].add(free);
    }
  }

  deleteFree({ free, folders }: Standing): void {
    if (free === undefined) return;
    this.freeCount--;
    for (const folder of [ANYWHERE, ...folders]) {
      const shelves = this.#shelves.get(folder);
      shelves?.[free.score === null ? 1 : 0].delete(free);
      if (shelves?.every(({ size }) => size === 0)) this.#shelves.delete(folder);
    }
  }

  #changed(): void {
    for (const line of this.lines) line.why = undefined;
  }
}

import type { Off } from '@signalbox/shared/listeners';
import type { LoopBreaker } from './domain/loop-breaker.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Presence } from './presence/presence.ts';

/** Everything that runs for one project on this node. */
export interface Project {
  readonly id: string;
  readonly ledger: Ledger;
  readonly presence: Presence;
  readonly loops: LoopBreaker;
}

/** The projects this node serves; `_hub` is always among them. */
export interface Projects {
  get(id: string): Project | undefined;
  /** The same, also when another node has created it a moment ago: then it is opened first. */
  find(id: string): Promise<Project | undefined>;
  readonly hub: Project;
  all(): Iterable<Project>;
  /** Hears of every project that was removed: whoever speaks with it is to be sent away. Returns its off. */
  onClosed(listener: (project: Project) => void): Off;
}

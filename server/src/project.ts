import type { Ledger } from './ledger/ledger.ts';
import type { Presence } from './presence/presence.ts';

/** Everything that runs for one project on this node. */
export interface Project {
  readonly id: string;
  readonly ledger: Ledger;
  readonly presence: Presence;
}

/** The projects this node serves; `_hub` is always among them. */
export interface Projects {
  get(id: string): Project | undefined;
  readonly hub: Project;
  all(): Iterable<Project>;
}

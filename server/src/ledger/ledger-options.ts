import type { LedgerStore } from './store.ts';

export interface LedgerOptions {
  store: LedgerStore;
  /** Random id of this process. */
  node: string;
  monotonic?: () => number;
  wallClock?: () => number;
  /** How much is written and remembered in ten minutes; otherwise as much as the memory allows. */
  windowBytes?: number;
  onThrow?: (command: string, error: unknown) => void;
  /** The project was removed, as the store says: this ledger has refused everything and is closed. */
  onRemoved?: () => void;
  /** Called at named points, so that a test can kill the process exactly there. */
  failpoint?: (name: Failpoint) => void;
}

export type Failpoint = 'append-answered';

/** How often other nodes were in the way of this one. */
export interface Contention {
  /** Batches decided again because another node had written meanwhile. */
  conflicts: number;
  /** Appends sent again because another node had the turn. */
  waits: number;
}

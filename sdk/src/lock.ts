export interface ClaimOptions {
  /** exclusive unless given */
  mode?: 'exclusive' | 'shared';
  /** The lease, renewed by itself at a third of it; the hub's default is 120 s. */
  ttlMs?: number;
  reason?: string;
  /** Released by the hub when this task ends. */
  taskId?: string;
  /** Wait in line this long instead of being refused `LOCK_HELD`. */
  waitMs?: number;
  signal?: AbortSignal;
}

/** What `await using lock = await client.claim(…)` gives: released when its block ends. */
export interface Lock extends AsyncDisposable {
  readonly lockId: string;
  readonly fence: string;
  readonly paths: readonly string[];
  /** Aborted when the lock is lost; its reason is a SignalboxError `LOCK_LOST` with `details.reason`. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
  /** Hands it to another agent: it is free at no moment, and over here (`details.reason` TRANSFERRED). */
  transfer(to: string): Promise<void>;
}

/** Gets a lock another agent has handed over, held and renewed until it is released. */
export type HandedLock = (lock: Lock, from: string) => void | Promise<void>;

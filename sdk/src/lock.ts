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
}

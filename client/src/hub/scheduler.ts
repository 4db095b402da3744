import type { Dirty, EntityDb, Listener } from './entity-db.ts';
import type { IndexName } from './indexes.ts';
import type { VisibleKind } from './record-types.ts';

/** While hidden no animation frame ever comes, so a timer takes its place. */
const HIDDEN_FLUSH_MS = 1_000;
/** Frames may also stop for a visible page (occluded window, throttled machine). */
const WATCHDOG_MS = 250;
/** Counts and orders change at most this often; a person cannot read faster. */
const SLOW_EVERY_MS = 250;
/** Listeners are called for this long per frame; the rest comes with the next one. */
const BUDGET_MS = 6;

/** The browser's clocks, so that a test can own them. */
export interface Frames {
  now(): number;
  hidden(): boolean;
  frame(run: () => void): () => void;
  timer(run: () => void, ms: number): () => void;
}

export const browserFrames: Frames = {
  now: () => performance.now(),
  hidden: () => document.hidden,
  frame: (run) => {
    const handle = requestAnimationFrame(run);
    return () => cancelAnimationFrame(handle);
  },
  timer: (run, ms) => {
    const handle = setTimeout(run, ms);
    return () => clearTimeout(handle);
  },
};

/** What a person must see first, then what he looks at, then the rest. */
const URGENT: readonly VisibleKind[] = ['alarm', 'question'];
const REST: readonly VisibleKind[] = ['agent', 'task', 'directive', 'receipt', 'lock', 'waiter', 'message'];
const isUrgentIndex = (index: IndexName): boolean =>
  URGENT.some((kind) => index === kind || index.startsWith(`${kind}.`));

/** Turns what became dirty into calls of listeners: one flush per frame, each listener once, the urgent ones first. */
export class Scheduler {
  private readonly queue = new Set<Listener>();
  private slow: { indexes: Set<IndexName>; counts: boolean } = { indexes: new Set(), counts: false };
  private slowAt = Number.NEGATIVE_INFINITY;
  private cancel: (() => void) | undefined;
  private stopped = false;
  /** The object a person has open: its record comes right after the urgent ones. */
  focus: readonly [VisibleKind, string] | undefined;
  flushes = 0;
  private readonly db: EntityDb;
  private readonly frames: Frames;

  constructor(db: EntityDb, frames: Frames) {
    this.db = db;
    this.frames = frames;
    db.onDirty(() => this.schedule());
  }

  private schedule(): void {
    if (this.cancel !== undefined || this.stopped) return;
    if (this.frames.hidden()) {
      this.cancel = this.frames.timer(() => this.flush(), HIDDEN_FLUSH_MS);
      return;
    }
    const noFrame = this.frames.frame(() => this.flush());
    const noWatchdog = this.frames.timer(() => this.flush(), WATCHDOG_MS);
    this.cancel = () => {
      noFrame();
      noWatchdog();
    };
  }

  flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    if (this.stopped) return;
    this.flushes++;
    const startedAt = this.frames.now();
    this.collect(this.db.takeDirty(), startedAt);
    for (const listener of this.queue) {
      this.queue.delete(listener);
      listener();
      if (this.frames.now() - startedAt >= BUDGET_MS) break;
    }
    if (this.queue.size > 0) this.schedule();
    else if (this.slow.counts || this.slow.indexes.size > 0) this.scheduleSlow(startedAt);
  }

  /** The page was hidden and is looked at again: what waits for the slow timer is due now. */
  wake(): void {
    if (this.cancel !== undefined) this.flush();
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
    this.cancel = undefined;
    this.queue.clear();
  }

  private collect(dirty: Dirty, now: number): void {
    for (const kind of URGENT) this.enqueue(kind, dirty.records.get(kind));
    for (const index of dirty.indexes) {
      if (isUrgentIndex(index)) this.enqueueIndex(index);
      else this.slow.indexes.add(index);
    }
    if (this.focus !== undefined && dirty.records.get(this.focus[0])?.has(this.focus[1]))
      this.enqueue(this.focus[0], [this.focus[1]]);
    for (const kind of REST) this.enqueue(kind, dirty.records.get(kind));
    this.slow.counts ||= dirty.counts;
    if (now - this.slowAt < SLOW_EVERY_MS) return;
    if (this.slow.counts) for (const listener of this.db.listenersOf('counts')) this.queue.add(listener);
    for (const index of this.slow.indexes) this.enqueueIndex(index);
    if (this.slow.counts || this.slow.indexes.size > 0) this.slowAt = now;
    this.slow = { indexes: new Set(), counts: false };
  }

  private scheduleSlow(now: number): void {
    this.cancel ??= this.frames.timer(() => this.flush(), Math.max(1, this.slowAt + SLOW_EVERY_MS - now));
  }

  private enqueue(kind: VisibleKind, ids: Iterable<string> | undefined): void {
    for (const id of ids ?? [])
      for (const listener of this.db.listenersOf({ record: [kind, id] })) this.queue.add(listener);
  }

  private enqueueIndex(index: IndexName): void {
    for (const listener of this.db.listenersOf({ index })) this.queue.add(listener);
  }
}

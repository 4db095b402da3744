import type { CommandOutput, ParsedInput } from '@signalbox/shared/commands';
import { METRIC_RANGES, type MetricRange } from '@signalbox/shared/commands/health';
import type { AgentState } from '@signalbox/shared/records/agent';
import { isFinished } from '@signalbox/shared/records/task';
import type { RecordChange } from '../domain/record-change.ts';
import type { Replica } from '../ledger/replica.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import type { Project } from '../project.ts';
import { Series, STORED_RANGES, type StoredBuckets } from './series.ts';

const SAMPLE_EVERY_MS = 1_000;
/** A range is saved once per bucket, and no more often than this: what a kill -9 can lose of it. */
const SAVE_EVERY_MS = 20_000;
const RESTARTS_KEPT = 50;
export const FLOW_WINDOW_MS = 30 * 60_000;

/** Where series are kept between starts of the hub; a missing field means nothing was kept. */
export interface SeriesStore {
  load(): Promise<Record<string, string>>;
  save(fields: Record<string, string>): Promise<void>;
}

const AGENT_STATES = [
  'working',
  'idle',
  'waiting',
  'asking',
  'paused',
  'late',
  'lost',
] as const satisfies readonly AgentState[];

export interface RecorderOptions {
  project: Project;
  store: SeriesStore;
  health: (records: Replica) => number | null;
  wallClock: () => number;
  nodes: Neighbours;
}

/**
 * Measures a project once a second and with every commit, and keeps the series across restarts of the hub. All nodes
 * measure the same; one of them keeps it.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #series = new Series();
  readonly #savedAt = new Map<MetricRange, number>();
  #restarts: number[] = [];
  #timers: NodeJS.Timeout[] = [];
  #offCommit = (): void => {};

  private constructor(options: RecorderOptions) {
    this.#options = options;
  }

  static async start(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options);
    await recorder.#load();
    recorder.#offCommit = options.project.ledger.onCommit((committed) => {
      const at = options.wallClock();
      recorder.#series.count('hub.transactions', committed.length, at);
      for (const { changes } of committed) for (const change of changes) recorder.#countTask(change, at);
    });
    await recorder.#sample();
    recorder.#timers = [
      setInterval(() => void recorder.#sample(), SAMPLE_EVERY_MS),
      setInterval(() => void recorder.#saveDue(), SAVE_EVERY_MS),
    ];
    for (const timer of recorder.#timers) timer.unref();
    return recorder;
  }

  stop(): void {
    this.#offCommit();
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Stops, and saves what was measured. */
  async close(): Promise<void> {
    this.stop();
    if (this.#options.nodes.rank() === 0) await this.#save(STORED_RANGES);
  }

  query({ series, range }: ParsedInput<'metrics.query'>): CommandOutput<'metrics.query'> {
    const answer = this.#series.query(series, range, this.#options.wallClock());
    return { range, ...answer, restarts: this.#restarts.filter((at) => at >= answer.fromAt) };
  }

  /** Tasks that came in and went out in the last 30 minutes; undefined before there were 30 minutes. */
  flow(): { created: number; finished: number } | undefined {
    const at = this.#options.wallClock();
    const [created, completed, failed] = (['tasks.created', 'tasks.completed', 'tasks.failed'] as const).map((name) =>
      this.#series.sumSince(name, FLOW_WINDOW_MS, at),
    );
    return created === undefined || completed === undefined || failed === undefined
      ? undefined
      : { created, finished: completed + failed };
  }

  #countTask({ before, after }: RecordChange, at: number): void {
    if (after?.kind !== 'task') return;
    const status = before?.kind === 'task' ? before.status : undefined;
    if (before === undefined) this.#series.count('tasks.created', 1, at);
    if (status !== after.status && after.status === 'completed') this.#series.count('tasks.completed', 1, at);
    if (status !== after.status && after.status === 'failed') this.#series.count('tasks.failed', 1, at);
    if (before?.kind === 'task' && after.attempt > before.attempt && before.attempt > 0)
      this.#series.count('tasks.retried', 1, at);
  }

  async #sample(): Promise<void> {
    const { ledger } = this.#options.project;
    // While Redis is away reading waits; what is asked meanwhile would all be measured at once afterwards.
    if (ledger.failingSince !== undefined) return;
    await ledger.read((records) => {
      const at = this.#options.wallClock();
      const series = this.#series;
      const states = new Map<string, number>();
      for (const agent of records.values('agent')) states.set(agent.state, (states.get(agent.state) ?? 0) + 1);
      for (const state of AGENT_STATES) series.gauge(`agents.${state}`, states.get(state) ?? 0, at);
      let finished = 0;
      let queued = 0;
      let oldest: number | null = null;
      for (const task of records.values('task')) {
        if (isFinished(task.status)) finished++;
        if (task.status !== 'pending') continue;
        queued++;
        oldest = Math.max(oldest ?? 0, at - task.createdAt);
      }
      series.gauge('tasks.total', records.count('task'), at);
      series.gauge('tasks.finished', finished, at);
      series.gauge('tasks.queued', queued, at);
      series.gauge('tasks.oldestWaitMs', oldest, at);
      series.gauge('locks.held', records.count('lock'), at);
      series.gauge('locks.waiting', records.count('waiter'), at);
      series.gauge('health.score', this.#options.health(records), at);
      for (const name of [
        'tasks.created',
        'tasks.completed',
        'tasks.failed',
        'tasks.retried',
        'hub.transactions',
      ] as const)
        series.count(name, 0, at);
    });
  }

  async #load(): Promise<void> {
    const stored = await this.#options.store.load();
    for (const range of STORED_RANGES)
      if (stored[range] !== undefined) this.#series.restore(range, JSON.parse(stored[range]) as StoredBuckets);
    // A project that was never measured has just been made.
    if (stored.restarts === undefined) return;
    this.#restarts = JSON.parse(stored.restarts) as number[];
    // One that was has lived through a restart, unless other nodes were there all the time.
    if (this.#options.nodes.others().length > 0) return;
    this.#restarts = [...this.#restarts, this.#options.wallClock()].slice(-RESTARTS_KEPT);
    await this.#save([]);
  }

  /** Saves the ranges whose turn it is. */
  async #saveDue(): Promise<void> {
    if (this.#options.nodes.rank() > 0) return;
    const at = this.#options.wallClock();
    const due = STORED_RANGES.filter((range) => at - (this.#savedAt.get(range) ?? 0) >= METRIC_RANGES[range]);
    for (const range of due) this.#savedAt.set(range, at);
    if (due.length > 0) await this.#save(due);
  }

  /** Derived data: when Redis is away it is saved the next time. */
  async #save(ranges: readonly MetricRange[]): Promise<void> {
    const fields: Record<string, string> = { restarts: JSON.stringify(this.#restarts) };
    for (const range of ranges) fields[range] = JSON.stringify(this.#series.store(range));
    await this.#options.store.save(fields).catch(() => {});
  }
}

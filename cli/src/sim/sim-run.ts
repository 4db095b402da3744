import { callOverHttp } from '@signalbox/sdk/http';
import type { Settings } from '@signalbox/sdk/local-hub';
import type { OpenSocket } from '@signalbox/sdk/socket';
import type { Timers } from '@signalbox/sdk/timers';
import { Coordinator } from './coordinator.ts';
import type { World } from './life.ts';
import { Meter } from './meter.ts';
import { Pace } from './pace.ts';
import { type Report, reportOf } from './report.ts';
import type { SimSettings } from './settings.ts';
import { sleep } from './sleep.ts';
import { Worker } from './worker.ts';

const CONNECTS_PER_SECOND = 1_000;
/** More at once would only wait in line at the hub. */
const AT_ONCE = 200;
const LEAVE_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 2_000;
/** What is on its way at the end still counts. */
const LAST_ACKS_EVERY_MS = 50;
const LAST_ACKS_LOOKS = 20;
const LEAVES_WITH = 'the simulation is over';

interface Options {
  hub: Settings;
  settings: SimSettings;
  timers: Timers;
  openSocket: OpenSocket;
  onThrow(error: unknown): void;
}

/** How the fleet is right now. */
export interface Standing {
  working: number;
  idle: number;
  away: number;
  completed: number;
  changes: number;
}

/** One simulated fleet from the first connection to the last. */
export class SimRun {
  readonly #options: Options;
  readonly #pace: Pace;
  readonly #meter: Meter;
  readonly #coordinator: Coordinator;
  readonly #workers: Worker[];
  #startedAt = 0;
  #nextToSay = 0;

  constructor(options: Options) {
    const { hub, settings, timers, openSocket, onThrow } = options;
    this.#options = options;
    this.#pace = new Pace({ rate: settings.rate, timers, spare: () => this.#say() });
    this.#meter = new Meter({ open: openSocket, timers, onUnasked: () => this.#pace.spent() });
    const world: World = { hub, pace: this.#pace, timers, open: this.#meter.open, onThrow };
    const completed = (): number => this.#meter.accepted('task.complete');
    this.#coordinator = new Coordinator({ settings, world, completed });
    this.#workers = Array.from({ length: settings.agents - 1 }, (_, at) => new Worker(settings, at + 1, world));
  }

  /** Connects everybody, then lets them work. Rejects when the hub refuses one of them. */
  async start(stop: AbortSignal): Promise<void> {
    const { timers } = this.#options;
    await this.#coordinator.start();
    const since = timers.monotonic();
    await inLanes(this.#workers, async (worker, at) => {
      await sleep(timers, since + (at * 1_000) / CONNECTS_PER_SECOND - timers.monotonic());
      stop.throwIfAborted();
      await worker.start();
    });
    this.#startedAt = timers.monotonic();
    this.#pace.start();
    void this.#coordinator.run();
  }

  get standing(): Standing {
    const count = (state: Worker['state']): number => this.#workers.filter((worker) => worker.state === state).length;
    return {
      working: count('working'),
      idle: count('idle'),
      away: count('away'),
      completed: this.#meter.accepted('task.complete'),
      changes: this.#meter.changes,
    };
  }

  /** Resolves with how it came to an end: by the signal, after `seconds`, or because the project is not there any more. */
  async until(stop: AbortSignal, seconds: number | undefined): Promise<'stopped' | 'in time' | 'removed'> {
    const { timers, hub } = this.#options;
    const endsAt = seconds === undefined ? Infinity : this.#startedAt + seconds * 1_000;
    for (;;) {
      await sleep(timers, Math.min(LOOK_EVERY_MS, endsAt - timers.monotonic()), stop);
      if (stop.aborted) return 'stopped';
      if (timers.monotonic() >= endsAt) return 'in time';
      if (this.#coordinator.isLive) continue;
      const answer = await callOverHttp(hub, 'project.get', {});
      if (!answer.ok && ['NOT_FOUND', 'UNAUTHENTICATED', 'FORBIDDEN'].includes(answer.error.code)) return 'removed';
    }
  }

  /** Everybody leaves; whoever cannot within a while is only disconnected. */
  async end(): Promise<Report> {
    const { settings, hub, timers } = this.#options;
    const seconds = this.#startedAt === 0 ? 0 : (timers.monotonic() - this.#startedAt) / 1_000;
    this.#pace.stop();
    for (let waits = 0; this.#meter.unanswered > 0 && waits < LAST_ACKS_LOOKS; waits++)
      await sleep(timers, LAST_ACKS_EVERY_MS);
    const created = this.#coordinator.created;
    const report = reportOf({ settings, project: hub.project, seconds, pace: this.#pace, meter: this.#meter, created });
    const everybody = [this.#coordinator, ...this.#workers];
    const tooLong = new AbortController();
    const left = inLanes(everybody, (one) => one.end(LEAVES_WITH)).finally(() => tooLong.abort());
    await Promise.race([left, sleep(timers, LEAVE_WITHIN_MS, tooLong.signal)]);
    for (const one of everybody) one.close();
    return report;
  }

  /** The next one in the round that has nothing to do says so. */
  #say(): boolean {
    for (let looked = 0; looked < Math.min(AT_ONCE, this.#workers.length); looked++) {
      const worker = this.#workers[this.#nextToSay++ % this.#workers.length];
      if (worker?.say() === true) return true;
    }
    return false;
  }
}

/** Does it with every item, so many at once; rejects with the first that fails, and begins no more then. */
async function inLanes<T>(items: readonly T[], work: (item: T, at: number) => Promise<void>): Promise<void> {
  const left = items.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [at, item] of left) {
      if (failed) return;
      await work(item, at).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

import type { AgentClient } from '@signalbox/sdk/agent-client';
import type { Work } from '@signalbox/sdk/work';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { z } from 'zod';
import type { Area } from './areas.ts';
import type { Tally } from './figures/tally.ts';
import type { PlanFile, ReportFolder } from './report-folder.ts';
import { type DemoSettings, STEP_MS } from './settings.ts';

/** One attempt at a task of the demo, with what it works on. */
export interface Job {
  task: TaskRecord;
  work: Work;
  client: AgentClient;
  settings: DemoSettings;
  report: ReportFolder;
  /** Only the plan itself is made without it. */
  plan: PlanFile;
  /** Aborted when the attempt, its lock or its step is over. */
  stop: AbortSignal;
}
/** A job on one area. */
export interface AreaJob extends Job {
  area: Area;
}

/** An attempt is divided into about this many steps, each with a checkpoint. */
const STEPS = 8;
/** The rest of the progress is writing the result down. */
const COUNTED_SHARE = 90;
/** The hub takes checkpoints up to 1 MB; a larger state is counted again by whoever continues. */
const CHECKPOINT_MAX_CHARACTERS = 900_000;

/** Waits while a person has paused this agent, and for the pace of the demo. */
export async function breathe({ client, settings, stop }: Job): Promise<void> {
  await whenNotPaused(client, stop);
  await sleep(STEP_MS * settings.pace, stop);
}

function whenNotPaused(client: AgentClient, stop: AbortSignal): Promise<void> {
  stop.throwIfAborted();
  if (!client.paused) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      off();
      reject(stop.reason);
    };
    const off = client.onPaused((paused) => {
      if (paused) return;
      off();
      stop.removeEventListener('abort', aborted);
      resolve();
    });
    stop.addEventListener('abort', aborted, { once: true });
  });
}

function sleep(ms: number, stop: AbortSignal): Promise<void> {
  stop.throwIfAborted();
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer);
      reject(stop.reason);
    };
    const timer = setTimeout(() => {
      stop.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    stop.addEventListener('abort', aborted, { once: true });
  });
}

export interface Counting<Item, Loaded, State> {
  items: readonly Item[];
  /** null: gone since it was listed, and not counted. */
  load(item: Item): Promise<Loaded | null>;
  tally: Tally<Loaded, State>;
  /** What one item is called: `file`, `commit`, `script`. */
  unit: string;
}

/** Adds item after item, in steps; saves a checkpoint after each, and begins at the last one there is. */
export async function countInSteps<Item, Loaded, State>(
  job: Job,
  { items, load, tally, unit }: Counting<Item, Loaded, State>,
): Promise<State> {
  const saved = z.object({ next: z.int(), state: tally.schema }).safeParse((await job.work.lastCheckpoint())?.data);
  let { next, state } = saved.success ? saved.data : { next: 0, state: tally.start() };
  const step = Math.max(1, Math.ceil(items.length / STEPS));
  while (next < items.length) {
    await breathe(job);
    const upTo = Math.min(items.length, next + step);
    for (const item of items.slice(next, upTo)) {
      const loaded = await load(item);
      if (loaded !== null) tally.add(state, loaded);
    }
    job.stop.throwIfAborted();
    next = upTo;
    const data = JSON.parse(JSON.stringify({ next, state }));
    if (JSON.stringify(data).length <= CHECKPOINT_MAX_CHARACTERS)
      await job.work.checkpoint(data, `${next} of ${items.length} ${unit}s`);
    await job.work.progress(Math.floor((COUNTED_SHARE * next) / items.length), {
      doing: `${unit} ${next} of ${items.length}`,
      step: next,
      total: items.length,
    });
  }
  return state;
}

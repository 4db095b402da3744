import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './cluster/cluster.ts';
import { startForeignCluster } from './cluster/foreign-cluster.ts';
import { startOwnCluster } from './cluster/own-cluster.ts';
import { type Course, readCourse, writeCourse } from './course.ts';
import { impossibleIn, torment } from './faults/nemesis.ts';
import { now } from './history/writer.ts';
import { judge, type Outcome } from './judge.ts';
import type { Options } from './options.ts';

/** A run: a cluster, a nemesis, and the checks of what was written down meanwhile. */
export async function run(options: Options): Promise<Outcome> {
  if (options.keep !== undefined) await mustBeUnused(options.keep);
  const root = await mkdtemp(join(tmpdir(), 'sb-torture-'));
  const historyFolder = options.keep ?? join(root, 'history');
  await mkdir(historyFolder, { recursive: true });
  const stopEarly = new AbortController();
  const onSignal = (): void => stopEarly.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const say = (text: string): void => console.error(`  ${text}`);
  say(`seed ${options.seed}, history in ${historyFolder}`);
  let kept = options.keep !== undefined;
  try {
    const course = await torture(options, { root, historyFolder, say, signal: stopEarly.signal });
    await writeCourse(historyFolder, course);
    const outcome = await judge(historyFolder, course);
    kept ||= outcome.figures.violations > 0 || outcome.figures.invalid;
    return outcome;
  } catch (error) {
    kept = true;
    throw error;
  } finally {
    if (!kept) await rm(root, { recursive: true, force: true });
  }
}

/** `--check`: the same judgement of a history that was kept. */
export const checkAgain = async (folder: string): Promise<Outcome> => judge(folder, await readCourse(folder));

/** Two runs in one folder would be judged as one. */
async function mustBeUnused(folder: string): Promise<void> {
  const there = await readdir(folder).catch(() => []);
  if (there.some((file) => file.endsWith('.jsonl')))
    throw new Error(`--keep: ${folder} holds the history of another run; name an empty folder.`);
}

interface Stage {
  root: string;
  historyFolder: string;
  say(text: string): void;
  signal: AbortSignal;
}

async function torture(options: Options, { root, historyFolder, say, signal }: Stage): Promise<Course> {
  const started = now();
  const cluster = await startCluster(options, root, historyFolder);
  const elapsed = (at: number): string => `${((at - started) / 1_000).toFixed(1)} s`.padStart(8);
  const course: Course = {
    seed: options.seed,
    own: options.own === undefined,
    from: now(),
    to: now(),
    done: [],
    impossible: impossibleIn(cluster),
  };
  try {
    course.to = await torment(cluster, {
      until: course.from + options.seconds * 1_000,
      seed: options.seed,
      signal,
      say(done) {
        course.done.push(done);
        const { at, kind, verified, note } = done;
        say(`${elapsed(at)}  ${kind.padEnd(24)}${verified ? '' : 'NOT VERIFIED: '}${note}`);
      },
    });
    say(`${elapsed(now())}  no more faults; what is under way ends`);
    await cluster.finish();
  } catch (error) {
    course.unreached = error instanceof Error ? error.message : String(error);
  } finally {
    await cluster.close();
  }
  return course;
}

const startCluster = (options: Options, root: string, historyFolder: string): Promise<Cluster> =>
  options.own === undefined
    ? startOwnCluster({ ...options, folder: join(root, 'cluster'), historyFolder })
    : startForeignCluster({ ...options, ...options.own, historyFolder });

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figures as CheckedFigures, check } from './checker/check.ts';
import type { Cluster } from './cluster/cluster.ts';
import { startForeignCluster } from './cluster/foreign-cluster.ts';
import { startOwnCluster } from './cluster/own-cluster.ts';
import { type Done, impossibleIn, torment } from './faults/nemesis.ts';
import { readHistory } from './history/read.ts';
import { now } from './history/writer.ts';
import type { Options } from './options.ts';

/** The outcome of a run, as `--json` prints it. */
export interface Figures {
  operations: number;
  acknowledged: number;
  /** How often each kind of fault verifiably happened. */
  faults: Record<string, number>;
  staleAttempts: number;
  violations: number;
  /** Something that was to happen did not, so that the absence of violations says nothing. */
  invalid: boolean;
  seed: number | undefined;
}

export interface Outcome {
  figures: Figures;
  text: string[];
}

const VIOLATIONS_SHOWN = 20;
/** Without any of these the checks would have had nothing to look at. */
const CHECKED = ['acknowledged', 'staleAttempts', 'messagesOwed', 'grants', 'transactions', 'pictures'] as const;

/** A run: a cluster, a nemesis, and the checks of what was written down meanwhile. */
export async function run(options: Options): Promise<Outcome> {
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
    const happened = await torture(options, { root, historyFolder, say, signal: stopEarly.signal });
    await writeFile(join(historyFolder, 'faults.json'), JSON.stringify(happened, null, 2));
    const expected = options.own === undefined ? CHECKED : CHECKED.filter((what) => what !== 'transactions');
    const outcome = await judge(historyFolder, { ...happened, seed: options.seed }, expected);
    kept ||= outcome.figures.violations > 0 || outcome.figures.invalid;
    return outcome;
  } catch (error) {
    kept = true;
    throw error;
  } finally {
    if (!kept) await rm(root, { recursive: true, force: true });
  }
}

interface Happened {
  done: Done[];
  /** Kinds that this run could not do at all. */
  impossible: string[];
  /** What did not come about though everything was well again: a hub that ends by itself, a message nobody hears. */
  unreached?: string;
}

interface Stage {
  root: string;
  historyFolder: string;
  say(text: string): void;
  signal: AbortSignal;
}

async function torture(options: Options, { root, historyFolder, say, signal }: Stage): Promise<Happened> {
  const started = now();
  const cluster = await startCluster(options, root, historyFolder);
  const elapsed = (at: number): string => `${((at - started) / 1_000).toFixed(1)} s`.padStart(8);
  const happened: Happened = { done: [], impossible: impossibleIn(cluster) };
  try {
    await torment(cluster, {
      until: now() + options.seconds * 1_000,
      seed: options.seed,
      signal,
      say(done) {
        happened.done.push(done);
        const { at, kind, verified, note } = done;
        say(`${elapsed(at)}  ${kind.padEnd(24)}${verified ? '' : 'NOT VERIFIED: '}${note}`);
      },
    });
    say(`${elapsed(now())}  no more faults; what is under way ends`);
    await cluster.finish();
  } catch (error) {
    happened.unreached = error instanceof Error ? error.message : String(error);
  } finally {
    await cluster.close();
  }
  return happened;
}

const startCluster = (options: Options, root: string, historyFolder: string): Promise<Cluster> =>
  options.own === undefined
    ? startOwnCluster({ ...options, folder: join(root, 'cluster'), historyFolder })
    : startForeignCluster({ ...options, ...options.own, historyFolder });

/** `--check`: the same judgement of a history that was kept. */
export async function checkAgain(folder: string): Promise<Outcome> {
  return judge(folder, { done: [], impossible: [], seed: undefined });
}

async function judge(
  folder: string,
  { done, impossible, unreached, seed }: Happened & { seed: number | undefined },
  expected: readonly (keyof CheckedFigures)[] = [],
): Promise<Outcome> {
  const { violations, figures } = check(await readHistory(folder));
  const faults: Record<string, number> = {};
  for (const { kind, verified, times } of done) if (verified) faults[kind] = (faults[kind] ?? 0) + times;
  const unverified = done.filter(({ verified }) => !verified);
  const missing = expected.filter((what) => figures[what] === 0);
  const invalid = unverified.length > 0 || missing.length > 0 || unreached !== undefined;
  const text = [
    ...Object.entries(figures).map(([name, value]) => `  ${name.padEnd(20)}${value}`),
    `  longest time without a new fault ${longestCalm(done).toFixed(1)} s`,
    ...Object.entries(faults).map(([kind, count]) => `  ${kind.padEnd(24)}${count} ×`),
    ...impossible.map((kind) => `  ${kind.padEnd(24)}not possible here`),
    ...unverified.map(({ kind, note }) => `  INVALID: ${kind} did not verifiably happen: ${note}`),
    ...missing.map((what) => `  INVALID: there is none of what was to be checked: ${what}`),
    ...(unreached === undefined ? [] : [`  INVALID: ${unreached}`]),
    ...violations.slice(0, VIOLATIONS_SHOWN).map(({ rule, text: sentence }) => `  VIOLATION of ${rule}: ${sentence}`),
    violations.length === 0 && !invalid
      ? '  No violation.'
      : `  ${violations.length} violations; the history is in ${folder}`,
  ];
  return {
    figures: {
      operations: figures.operations,
      acknowledged: figures.acknowledged,
      faults,
      staleAttempts: figures.staleAttempts,
      violations: violations.length,
      invalid,
      seed,
    },
    text,
  };
}

/** In seconds, between the beginnings of two that follow on each other. */
function longestCalm(done: readonly Done[]): number {
  const begun = done.map(({ at }) => at).sort((a, b) => a - b);
  return begun.reduce((longest, at, next) => Math.max(longest, at - (begun[next - 1] ?? at)), 0) / 1_000;
}

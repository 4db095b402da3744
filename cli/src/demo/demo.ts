import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '@signalbox/sdk/local-hub';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { hubOf } from '../call.ts';
import { untilInterrupted } from '../interruption.ts';
import { CliError, type Io } from '../io.ts';
import { DemoRun } from './demo-run.ts';
import { makeProject } from './project.ts';
import { makeReportFolder, openRepository } from './repository.ts';

export interface DemoOptions {
  repository: string | undefined;
  out?: string;
  pace: string;
}

const INTERRUPTED_CODE = 130;

/** Six agents take stock of a repository. Resolves with the exit code; the last line printed is the report's folder. */
export async function demo(io: Io, options: DemoOptions): Promise<number> {
  const pace = Number(options.pace);
  if (options.pace.trim() === '' || !(pace >= 0 && pace <= 100))
    throw new CliError(`--pace is a number from 0 to 100, not "${options.pace}".`);
  using interruption = untilInterrupted();
  const stop = interruption.signal;
  const scratch = await mkdtemp(join(await realpath(tmpdir()), 'signalbox-demo-'));
  let out: string | undefined;
  try {
    const hub = await hubOf(io, HUB_PROJECT);
    await checkHub(hub);
    const repository = await openRepository(options.repository, { cwd: io.cwd, scratch, stop });
    stop.throwIfAborted();
    out = await makeReportFolder(options.out, repository, io.cwd);
    const place = { hub: await makeProject(hub, repository.name, new Date()), repository, out, scratch, pace };
    const ending = await new DemoRun(io, place).run(stop);
    if (!ending.ok) {
      stop.throwIfAborted();
      io.err(`The report is not complete: ${ending.why}`);
    }
    io.out(out);
    return ending.ok ? 0 : 1;
  } catch (error) {
    if (!stop.aborted) throw error;
    io.err('Stopped; the report is not complete.');
    if (out !== undefined) io.out(out);
    return INTERRUPTED_CODE;
  } finally {
    // A command that was ended a moment ago may still be writing there.
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function checkHub({ url }: Settings): Promise<void> {
  const alive = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (!alive?.ok) throw new CliError(`No hub answers at ${url}; start one with: npm start`);
}

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectIdFrom, type Settings } from '@signalbox/sdk/local-hub';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { hubOf } from '../call.ts';
import { CliError, type Io } from '../io.ts';
import { DemoRun } from './demo-run.ts';
import { makeReportFolder, openRepository } from './repository.ts';

export interface DemoOptions {
  repository: string | undefined;
  out?: string;
  pace: string;
}

const NAME_MAX = 40;

/** Six agents take stock of a repository. Resolves with the exit code; the last line printed is the report's folder. */
export async function demo(io: Io, options: DemoOptions): Promise<number> {
  const pace = Number(options.pace);
  if (options.pace.trim() === '' || !(pace >= 0 && pace <= 100))
    throw new CliError(`--pace is a number from 0 to 100, not "${options.pace}".`);
  const scratch = await mkdtemp(join(await realpath(tmpdir()), 'signalbox-demo-'));
  try {
    const hub = await hubOf(io, HUB_PROJECT);
    await checkHub(hub);
    const repository = await openRepository(options.repository, { cwd: io.cwd, scratch });
    const out = await makeReportFolder(options.out, repository, io.cwd);
    const project = projectIdFrom(
      `demo-${projectIdFrom(repository.name).slice(0, NAME_MAX)}-${clockDigits(new Date())}`,
    );
    return await new DemoRun(io, { hub: { ...hub, project }, repository, out, scratch, pace }).run();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function checkHub({ url }: Settings): Promise<void> {
  const alive = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (!alive?.ok) throw new CliError(`No hub answers at ${url}; start one with: npm start`);
}

const clockDigits = (now: Date): string => now.toTimeString().slice(0, 8).replaceAll(':', '');

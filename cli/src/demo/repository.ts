import { mkdir, mkdtemp, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gitRootOf } from '@signalbox/sdk/local-hub';
import { CliError } from '../io.ts';
import { hasFiles } from './files.ts';
import { cloneInto, hasCommits, isBare } from './git.ts';

export interface Repository {
  root: string;
  /** For names of projects and folders. */
  name: string;
  hasHistory: boolean;
}

/** The repository somebody named, or a copy of Signalbox's own made in `scratch`. */
export async function openRepository(
  given: string | undefined,
  { cwd, scratch, stop }: { cwd: string; scratch: string; stop?: AbortSignal },
): Promise<Repository> {
  if (given === undefined) return copyOfOwn(scratch, stop);
  const folder = resolve(cwd, given);
  const stats = await stat(folder).catch(() => null);
  if (stats === null)
    throw new CliError(`There is no folder ${folder}; name one with a repository: signalbox demo ~/some/repository`);
  if (!stats.isDirectory())
    throw new CliError(`${folder} is a file; name the folder of a repository: signalbox demo ~/some/repository`);
  if (await isBare(folder)) throw new CliError(`${folder} is a bare repository; give a clone of it.`);
  const repository = await described(await realpath((await gitRootOf(folder)) ?? folder));
  await checkForFiles(repository);
  return repository;
}

async function checkForFiles({ root, hasHistory }: Repository): Promise<void> {
  const found = await hasFiles(root, hasHistory).catch((error: Error) => {
    throw new CliError(`The files of ${root} cannot be listed (${error.message}).`);
  });
  if (!found)
    throw new CliError(`There are no files in ${root} to take stock of; name another folder: signalbox demo <folder>`);
}

async function copyOfOwn(scratch: string, stop: AbortSignal | undefined): Promise<Repository> {
  const own = await gitRootOf(dirname(fileURLToPath(import.meta.url)));
  const manifest = own === null ? '' : await readFile(join(own, 'package.json'), 'utf8').catch(() => '');
  // Installed as a package it lies inside somebody else's repository, which nobody asked for.
  if (own === null || !manifest.includes('"signalbox-workspace"'))
    throw new CliError('Name the repository to take stock of: signalbox demo ~/some/repository');
  const copy = join(scratch, 'signalbox');
  try {
    await cloneInto(own, copy, stop);
  } catch (error) {
    throw new CliError(
      `Signalbox's own repository cannot be copied (${error instanceof Error ? error.message : error}); name another: signalbox demo ~/some/repository`,
    );
  }
  return described(copy);
}

const described = async (root: string): Promise<Repository> => ({
  root,
  name: basename(root),
  hasHistory: (await gitRootOf(root)) === root && (await hasCommits(root)),
});

/** A new folder outside the repository, so that the demo changes nothing in it. */
export async function makeReportFolder(
  out: string | undefined,
  { root, name }: Repository,
  cwd: string,
): Promise<string> {
  if (out === undefined)
    return mkdtemp(
      join(await realpath(tmpdir()), `signalbox-report-${name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 40)}-`),
    );
  const folder = resolve(cwd, out);
  if (`${await realOf(folder)}${sep}`.startsWith(`${root}${sep}`))
    throw new CliError(
      `${folder} is inside the repository, which the demo does not change; give --out another folder.`,
    );
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) throw new CliError(`${folder} is not empty; give --out a new folder.`);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      `${folder} cannot be made (${error instanceof Error ? error.message : error}); give --out another folder.`,
    );
  }
  return folder;
}

/** The real path of what may not be there yet. */
async function realOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  if (real !== null || path === dirname(path)) return real ?? path;
  return join(await realOf(dirname(path)), basename(path));
}

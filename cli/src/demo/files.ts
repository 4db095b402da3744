import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, nulSeparated } from './git.ts';

const TEXT_MAX_BYTES = 5 * 1024 * 1024;
/** As git decides: a NUL in the first 8,000 bytes. */
const BINARY_LOOKS_AT_BYTES = 8_000;
const NOT_WALKED = new Set(['.git', 'node_modules']);

/**
 * The files that are counted: regular files that git has under version control, read as they are in the work tree.
 * Without git, all regular files but those below node_modules. Sorted by code unit, `/` between folders.
 */
export async function listFiles(root: string, hasGit: boolean): Promise<{ files: string[]; unreadable: number }> {
  const files: string[] = [];
  let unreadable = 0;
  for await (const file of filesIn(root, hasGit))
    if (file === UNREADABLE) unreadable += 1;
    else files.push(file);
  return { files: files.sort(), unreadable };
}

/** Looks no further than the first. */
export async function hasFiles(root: string, hasGit: boolean): Promise<boolean> {
  for await (const file of filesIn(root, hasGit)) if (file !== UNREADABLE) return true;
  return false;
}

const UNREADABLE = Symbol('a file or folder that may not be read');

async function* filesIn(root: string, hasGit: boolean): AsyncGenerator<string | typeof UNREADABLE> {
  // An unmerged file is listed once for each of its versions.
  const names = hasGit ? new Set(nulSeparated(await git(root, ['ls-files', '-z', '--cached']))) : walk(root, '');
  for await (const name of names) {
    if (name === UNREADABLE) yield name;
    else if ((await sizeOf(root, name)) !== null) yield (await isReadable(join(root, name))) ? name : UNREADABLE;
  }
}

async function* walk(root: string, below: string): AsyncGenerator<string | typeof UNREADABLE> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => null);
  if (entries === null) yield UNREADABLE;
  for (const entry of entries ?? []) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && !NOT_WALKED.has(entry.name)) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}

/** By opening it, as nothing else tells for sure. */
const isReadable = (path: string): Promise<boolean> =>
  open(path).then(
    async (file) => {
      await file.close();
      return true;
    },
    () => false,
  );

/** null: not there, or no regular file. */
export async function sizeOf(root: string, path: string): Promise<number | null> {
  const stats = await lstat(join(root, path)).catch(() => null);
  return stats?.isFile() ? stats.size : null;
}

export interface SourceFile {
  path: string;
  bytes: number;
  /** null: binary, or larger than 5 MB. */
  text: string | null;
}

/** null when it is gone since it was listed. */
export async function readSource(root: string, path: string): Promise<SourceFile | null> {
  const bytes = await sizeOf(root, path);
  if (bytes === null) return null;
  if (bytes > TEXT_MAX_BYTES) return { path, bytes, text: null };
  const content = await readFile(join(root, path)).catch(() => null);
  if (content === null) return null;
  const binary = content.subarray(0, BINARY_LOOKS_AT_BYTES).includes(0);
  return { path, bytes: content.length, text: binary ? null : content.toString('utf8') };
}

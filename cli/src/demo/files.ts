import { lstat, readdir, readFile } from 'node:fs/promises';
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
export async function listFiles(root: string, hasGit: boolean): Promise<string[]> {
  const names = hasGit ? nulSeparated(await git(root, ['ls-files', '-z', '--cached'])) : await walk(root, '');
  const unique = [...new Set(names)].sort();
  const kept: string[] = [];
  for (const name of unique) if ((await sizeOf(root, name)) !== null) kept.push(name);
  return kept;
}

async function walk(root: string, below: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && !NOT_WALKED.has(entry.name)) found.push(...(await walk(root, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

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

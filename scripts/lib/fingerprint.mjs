import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOT_SOURCES = new Set(['node_modules', 'dist']);

/**
 * A hash over the content of files and folders. Content, not times: a fresh clone, a copied folder and a
 * branch switched forth and back all have new times and old content, and reading a few hundred files is quick.
 */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(listFiles)) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** A file, or all files below a folder, in a fixed order; nothing for what does not exist. */
export function listFiles(path) {
  if (!existsSync(path)) return [];
  const entries = readdirEntries(path);
  if (!entries) return [path];
  return entries
    .filter((entry) => !NOT_SOURCES.has(entry.name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? listFiles(join(path, entry.name)) : [join(path, entry.name)]));
}

function readdirEntries(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Runs `build` unless the stamp in the output says it was built from this very input. Resolves with whether it ran. */
export async function buildWhenStale({ inputs, stamp, outputs, build }) {
  const wanted = fingerprint(inputs);
  const fresh = [stamp, ...outputs].every((path) => existsSync(path)) && readFileSync(stamp, 'utf8') === wanted;
  if (fresh) return false;
  await build();
  writeFileSync(stamp, wanted);
  return true;
}

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Paths of the first of these programs on PATH, in the order of `names`. */
export function findOnPath(names, env = process.env) {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) =>
    folders
      .map((folder) => join(folder, name))
      .filter(isProgram)
      .slice(0, 1),
  );
}

export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export const isRoot = () => process.getuid?.() === 0;

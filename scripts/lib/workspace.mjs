import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const inRoot = (...parts) => join(ROOT, ...parts);

export function readJson(...parts) {
  return JSON.parse(readFileSync(inRoot(...parts), 'utf8'));
}

/** A path as a person in the working folder would write it. */
export function display(path) {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : `./${near}`;
}

/** `SIGNALBOX_NO_INSTALL=1`: nothing is installed; the person is told the command instead. */
export function mayInstall(env = process.env) {
  return !['1', 'true', 'yes', 'on'].includes(env.SIGNALBOX_NO_INSTALL ?? '');
}

import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive } from './data-lock.ts';

/** What a local client of the same user needs to find and use the hub. */
export interface HubFile {
  url: string;
  dataDir: string;
  ownerTokenFile: string;
  pid: number;
}

/** `hub.json` in the user's state folder; the last hub started wins. */
export const hubFilePath = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'signalbox', 'hub.json');

/** The same facts beside the data: tells a second start that a hub already runs on this folder. */
export const runFilePath = (dataDir: string): string => join(dataDir, 'hub.json');

export async function writeHubFile(path: string, hub: HubFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(hub, null, 2)}\n`, { mode: 0o600 });
  // An older file keeps its mode otherwise.
  await chmod(path, 0o600);
}

export async function readHubFile(path: string): Promise<HubFile | undefined> {
  try {
    const hub: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isHubFile(hub) ? hub : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A look after the file, to be taken at the start and now and then: the first writes it, since the last hub started wins;
 * later ones write it again if it is gone or speaks of a process that has ended. Never rejects, since a hub runs without
 * the file too: that it cannot be written is said once, and tried at each look.
 */
export function hubFileKeeper(path: string, hub: HubFile, warn: (message: string) => void): () => Promise<void> {
  let written = false;
  let failing = false;
  return async () => {
    try {
      const found = written ? await readHubFile(path) : undefined;
      if (found === undefined || !isAlive(found.pid)) await writeHubFile(path, hub);
      written = true;
      failing = false;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!failing) warn(`${path} cannot be written (${why}): until it can, other programs do not find this hub by it`);
      failing = true;
    }
  };
}

/** Removes the file if it still speaks of this process. Where nothing can be removed it stays, and whoever reads it finds nobody. */
export async function removeHubFile(path: string, pid: number): Promise<void> {
  if ((await readHubFile(path))?.pid === pid) await rm(path, { force: true }).catch(() => {});
}

const isHubFile = (value: unknown): value is HubFile =>
  typeof value === 'object' &&
  value !== null &&
  ['url', 'dataDir', 'ownerTokenFile'].every((key) => typeof Reflect.get(value, key) === 'string') &&
  typeof Reflect.get(value, 'pid') === 'number';

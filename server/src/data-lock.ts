import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Holds the data folder for one hub at a time, from before its Redis starts until after it has ended. */
export interface DataLock {
  release(): Promise<void>;
}

export type Locked = DataLock | { heldBy: number };

/** Takes the folder, or says whose it is. A holder that died without releasing it is no holder. */
export async function lockDataDir(dataDir: string): Promise<Locked> {
  const path = join(dataDir, 'hub.lock');
  const own = `${path}.${randomUUID()}`;
  // Linked into place with its content: nobody ever reads a lock that is half written.
  await writeFile(own, `${process.pid} ${await startOf(process.pid)}`, { mode: 0o600 });
  try {
    while (!(await linkNew(own, path))) {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const [pid = '', start = ''] = text.split(' ');
      if (isAlive(Number(pid)) && (await startOf(Number(pid))) === start) return { heldBy: Number(pid) };
      await removeStale(path, text);
    }
    return { release: () => rm(path, { force: true }) };
  } finally {
    await rm(own, { force: true });
  }
}

/** Gives what is at `from` the name `to` as well, unless there is something of that name: then false. */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock that was read, and no other: somebody may have replaced it meanwhile. */
async function removeStale(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return; // Somebody else was quicker.
  }
  if ((await readFile(aside, 'utf8')) !== text) await linkNew(aside, path);
  await rm(aside, { force: true });
}

export const isAlive = (pid: number): boolean => {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** When the process started, in the system's own count: after a reboot its number may be another's. `-` where unknown. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Behind the name in parentheses, which may itself contain spaces: the 20th field.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

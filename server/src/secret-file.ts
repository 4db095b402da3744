import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SECRET_MIN_LENGTH } from './config.ts';
import { linkNew } from './data-lock.ts';
import { StartError } from './start-error.ts';

/** A secret of the hub, in a file of mode 0600 that is made when it is missing. */
export async function secretFile(path: string): Promise<string> {
  const secret = (await readSecret(path)) ?? (await makeSecret(path)) ?? '';
  if (secret.length < SECRET_MIN_LENGTH)
    throw new StartError(
      `${path} holds no secret of ${SECRET_MIN_LENGTH} characters or more: put the right one back, or remove it and a new one is made.`,
    );
  return secret;
}

const readSecret = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    },
  );

/** Linked into place when it is on the disk: neither a second start nor a power cut finds it half written. */
async function makeSecret(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  const own = `${path}.${randomUUID()}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(own, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
    await linkNew(own, path);
  } finally {
    await rm(own, { force: true });
  }
  await syncFolder(folder);
  return readSecret(path);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

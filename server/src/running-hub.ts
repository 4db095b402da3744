import { readFile } from 'node:fs/promises';
import { type HubFile, readHubFile } from './hub-files.ts';

const ANSWER_WITHIN_MS = 2_000;

/** `link` is undefined when the hub does not take our word for it: its owner token was given to it another way. */
export interface RunningHub {
  hub: HubFile;
  link: string | undefined;
}

/** A hub that already runs on the data folder, asked for a new link; undefined when none answers. */
export async function askRunningHub(runFile: string, ownerToken: string | undefined): Promise<RunningHub | undefined> {
  const hub = await readHubFile(runFile);
  if (hub === undefined) return undefined;
  const token = ownerToken ?? (await readFile(hub.ownerTokenFile, 'utf8').catch(() => '')).trim();
  try {
    const answer = await fetch(`${hub.url}/api/v1/projects/_hub/token.link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'admin', name: 'owner' }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.status === 401 || answer.status === 403) return { hub, link: undefined };
    const body: unknown = await answer.json();
    return typeof body === 'object' && body !== null && 'url' in body && typeof body.url === 'string'
      ? { hub, link: body.url }
      : undefined;
  } catch {
    return undefined;
  }
}

import { readFile } from 'node:fs/promises';
import { type HubFile, readHubFile } from './hub-files.ts';

const ANSWER_WITHIN_MS = 2_000;

/** A hub that already runs on the data folder, asked for a new link; undefined when none answers. */
export async function askRunningHub(
  runFile: string,
  ownerToken: string | undefined,
): Promise<{ link: string; hub: HubFile } | undefined> {
  const hub = await readHubFile(runFile);
  if (hub === undefined) return undefined;
  try {
    const token = ownerToken ?? (await readFile(hub.ownerTokenFile, 'utf8')).trim();
    const answer = await fetch(`${hub.url}/api/v1/projects/_hub/token.link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'admin', name: 'owner' }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const body: unknown = await answer.json();
    return typeof body === 'object' && body !== null && 'url' in body && typeof body.url === 'string'
      ? { link: body.url, hub }
      : undefined;
  } catch {
    return undefined;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { callOverHttp } from '@signalbox/sdk/http';
import type { Settings } from '@signalbox/sdk/local-hub';
import { CliError } from '../io.ts';
import { plain } from '../plain.ts';

const REMOVED_WITHIN_MS = 30_000;

/** Makes sure that the project is there and that it is one for made-up work: nothing real is ever mixed with it. */
export async function openPlace(hub: Settings, stop: AbortSignal): Promise<void> {
  const known = await callOverHttp(hub, 'project.get', {});
  if (known.ok) return mustBeSimulated(hub.project, known.project.simulated === true);
  if (known.error.code !== 'NOT_FOUND') throw new CliError(known.error.message);
  const giveUpAt = performance.now() + REMOVED_WITHIN_MS;
  for (;;) {
    const made = await callOverHttp(hub, 'project.create', {
      id: hub.project,
      name: 'Simulated fleet',
      simulated: true,
    });
    if (made.ok) return;
    if (made.error.code === 'CONFLICT') return openPlace(hub, stop);
    if (made.error.code === 'FORBIDDEN')
      throw new CliError(
        `There is no project ${plain(hub.project)}, and your token may not make one; ask an admin of the hub for: signalbox project create --id ${plain(hub.project)} --simulated`,
      );
    // An older one of this name is still being removed.
    const afterMs = made.error.retry?.afterMs;
    if (made.error.code !== 'INVALID_STATE' || afterMs === undefined || performance.now() > giveUpAt)
      throw new CliError(made.error.message);
    await delay(afterMs, undefined, { signal: stop });
  }
}

/** Removes the project with everything in it. */
export async function removePlace(hub: Settings): Promise<void> {
  const answer = await callOverHttp(hub, 'project.remove', {});
  if (answer.ok) return;
  if (answer.error.code === 'NOT_FOUND')
    throw new CliError(`There is no simulated project ${plain(hub.project)}; nothing to remove.`);
  throw new CliError(answer.error.message);
}

function mustBeSimulated(project: string, simulated: boolean): void {
  if (simulated) return;
  throw new CliError(
    `${plain(project)} is a real project, and made-up agents would spoil its numbers. Simulate in one of its own: signalbox sim --project sim`,
  );
}

import { callOverHttp } from '@signalbox/sdk/http';
import type { Settings } from '@signalbox/sdk/local-hub';
import { CliError } from '../io.ts';
import { demoNames } from './names.ts';

const TRIES = 9;

/** Makes a project for one run. Resolves with the hub's settings for it. */
export async function makeProject(hub: Settings, repository: string, now: Date): Promise<Settings> {
  const { id, name } = demoNames(repository, now);
  for (let number = 1; ; number++) {
    const project = number === 1 ? id : `${id}-${number}`;
    const made = await callOverHttp({ ...hub, project }, 'project.create', { id: project, name });
    if (made.ok) return { ...hub, project };
    // Somebody else's run began in the same second, or one of another day at this time.
    if (made.error.code !== 'CONFLICT' || number === TRIES) throw new CliError(made.error.message);
  }
}

import { projectIdFrom } from '@signalbox/sdk/local-hub';
import { plain } from '../plain.ts';

const ID_PART_MAX = 40;
const NAME_PART_MAX = 60;

/** What the project of one run is called. With the time in both, since people run it again on the same repository. */
export function demoNames(repository: string, now: Date): { id: string; name: string } {
  const time = now.toTimeString().slice(0, 8);
  return {
    id: projectIdFrom(`demo-${projectIdFrom(repository).slice(0, ID_PART_MAX)}-${time.replaceAll(':', '')}`),
    name: `Demo: ${plain(repository).slice(0, NAME_PART_MAX)} ${time.slice(0, 5)}`,
  };
}

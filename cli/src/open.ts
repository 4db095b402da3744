import { userInfo } from 'node:os';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { call } from './call.ts';
import { CliError, type Io } from './io.ts';

/** Prints a link to the control room that works once; the name is what others see beside what this person does. */
export async function open(io: Io): Promise<void> {
  const { url } = await call(io, 'token.link', { role: 'admin', name: userName() }, { project: HUB_PROJECT });
  if (typeof url !== 'string')
    throw new CliError('The hub answered without a link; is it of the same version as this command?');
  io.out(url);
}

export function userName(): string {
  try {
    return userInfo().username || 'owner';
  } catch {
    // A user without an entry in the password file, as in some containers.
    return 'owner';
  }
}

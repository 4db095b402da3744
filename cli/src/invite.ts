import { HUB_PROJECT } from '@signalbox/shared/ids';
import { LINK_VALID_MS } from '@signalbox/shared/time';
import { call } from './call.ts';
import { CliError, type Io } from './io.ts';
import { plain } from './plain.ts';

export const INVITED_ROLES = ['viewer', 'operator', 'admin'] as const;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export interface InviteOptions {
  role: string;
  /** The only project they get to see; every one unless named. */
  project?: string;
}

/** Prints a link with which somebody else gets into the control room, once; it is the last line. */
export async function invite(io: Io, name: string, { role, project }: InviteOptions): Promise<void> {
  const where = project === undefined ? {} : { project };
  const { url } = await call(io, 'token.link', { role, name, ...where }, { project: project ?? HUB_PROJECT });
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new CliError('The hub answered without a link; is it of the same version as this command?');
  const rights = `${role} of ${project === undefined ? 'all projects' : plain(project)}`;
  io.out(
    `Send this to ${plain(name)}, who gets in as ${rights}. It works once, within ${LINK_VALID_MS / 60_000} minutes.`,
  );
  if (LOOPBACK.test(new URL(url).hostname))
    io.out('The hub listens on its own machine only, so it opens in a browser there (elsewhere: npm start -- --help).');
  io.out(url);
}

import { PROTOCOL_VERSION } from '@signalbox/shared/endpoints';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { agentHandshake } from '@signalbox/shared/protocol';
import type { z } from 'zod';
import { badInput } from '../commands/parse.ts';
import type { Project, Projects } from '../project.ts';
import { findProject } from './find-project.ts';
import { refuseLargeHandshake } from './handshake-size.ts';
import type { Principal } from './principal.ts';
import { refuseProject } from './scope.ts';
import type { Origin, SignIn } from './sign-in.ts';

export interface AdmittedAgent {
  principal: Principal;
  project: Project;
  handshake: z.output<typeof agentHandshake>;
}

/** Checks `auth` of an /agent handshake up to the point where the ledger decides. */
export async function admitAgent(
  auth: unknown,
  { signIn, projects, origin }: { signIn: SignIn; projects: Projects; origin: Origin },
): Promise<AdmittedAgent | Refusal> {
  const large = refuseLargeHandshake(auth);
  if (large !== undefined) return large;
  const { token, protocol } = fieldsOf(auth);
  if (typeof token !== 'string' || token === '')
    return refuse(
      'UNAUTHENTICATED',
      'token: connect with auth: { token, project, protocol, agent }. An admin makes tokens with token.create.',
    );
  const principal = await signIn.principalOf(token, origin);
  if (isRefusal(principal)) return principal;
  if (principal.role === 'viewer')
    return refuse('FORBIDDEN', 'Your token may only look; an agent needs one of role agent.');
  if (typeof protocol === 'number' && protocol !== PROTOCOL_VERSION)
    return refuse(
      'UNSUPPORTED_PROTOCOL',
      `protocol: this hub speaks version ${PROTOCOL_VERSION}; yours is ${protocol}. Install the client that the hub serves at /dl/signalbox.tgz.`,
    );
  const parsed = agentHandshake.safeParse(auth);
  if (!parsed.success) return badInput(parsed.error);
  const handshake = parsed.data;
  const { agentId } = principal;
  const foreign = refuseProject(principal, handshake.project);
  if (foreign !== undefined) return foreign;
  if (agentId !== undefined && agentId !== handshake.agent.id)
    return refuse('FORBIDDEN', `Your token is for the agent ${agentId}, not for ${handshake.agent.id}.`);
  const project = await findProject(projects, handshake.project);
  return isRefusal(project) ? project : { principal, project, handshake };
}

const fieldsOf = (auth: unknown): { token?: unknown; protocol?: unknown } =>
  typeof auth === 'object' && auth !== null ? auth : {};

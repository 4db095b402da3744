import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type CommandDeclaration, rolesAllowed } from '@signalbox/shared/command';
import { HEADER_AGENT, HEADER_CONNECTION, HEADER_SEEN } from '@signalbox/shared/endpoints';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { agentId as agentIdSchema } from '@signalbox/shared/ids';
import type { Cursor } from '@signalbox/shared/protocol';
import { z } from 'zod';
import type { Project } from '../project.ts';
import { readCookie } from './cookies.ts';
import type { HostRule } from './hosts.ts';
import type { Principal } from './principal.ts';
import type { SignIn } from './sign-in.ts';
import type { Strangers } from './strangers.ts';

const SEEN = /^(\d{1,15})\.(\d{1,15})$/;
const connectionHeader = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export interface CallerRules {
  signIn: SignIn;
  strangers: Strangers;
  hosts: HostRule;
  /** Name of the session cookie. */
  cookieName(): string;
}

/** Who sends this request: by token, else by the cookie of our own page. */
export async function authenticate(request: IncomingMessage, rules: CallerRules): Promise<Principal | Refusal> {
  const principal = await principalOf(request, rules);
  if (!isRefusal(principal)) rules.strangers.isKnown(request.socket);
  return principal;
}

async function principalOf(
  { method, headers, socket }: IncomingMessage,
  { signIn, hosts, cookieName }: CallerRules,
): Promise<Principal | Refusal> {
  const origin = { address: socket.remoteAddress, headers };
  if (headers.authorization !== undefined) {
    // Nothing stands behind the last star: it cannot be tried again and again by a header full of spaces.
    const [, token] = /^Bearer +(\S.*)/i.exec(headers.authorization) ?? [];
    if (token === undefined) return refuse('UNAUTHENTICATED', 'Authorization: it must look like "Bearer sb_…".');
    return signIn.principalOf(token.trimEnd(), origin);
  }
  const session = readCookie(headers.cookie, cookieName());
  if (session === undefined)
    return refuse(
      'UNAUTHENTICATED',
      'Send a token: "Authorization: Bearer sb_…". An admin makes one with token.create.',
    );
  const principal = await signIn.principalOf(session, origin);
  if (isRefusal(principal))
    return principal.refused.code === 'UNAUTHENTICATED'
      ? refuse('UNAUTHENTICATED', 'Your session is over; open another link: npx signalbox open')
      : principal;
  // A browser adds the cookie by itself, whoever made it send the request.
  const ours =
    headers.origin === undefined
      ? headers['sec-fetch-site'] === 'same-origin'
      : hosts.isOwnOrigin(headers.origin, headers.host);
  return method === 'GET' || ours
    ? principal
    : refuse('FORBIDDEN', 'With a session cookie, only the pages of this hub may send this.');
}

/** `Signalbox-Seen`, if it is there. */
export function readSeen(headers: IncomingHttpHeaders): Cursor | undefined | Refusal {
  const header = headers[HEADER_SEEN];
  if (header === undefined) return undefined;
  const [, epoch, seq] = SEEN.exec(String(header)) ?? [];
  return epoch === undefined || seq === undefined
    ? badHeader('Signalbox-Seen', 'it looks like <epoch>.<seq>')
    : { epoch: Number(epoch), seq: Number(seq) };
}

export interface AgentCaller {
  agentId: string;
  connection: number;
}

/**
 * The agent that calls, by the headers. Undefined for people and for readers that have not registered; refuses only
 * where the command may be called by agents at all, so that permission comes first.
 */
export function readAgent(
  headers: IncomingHttpHeaders,
  { role, agentId: bound }: Principal,
  declaration: CommandDeclaration | undefined,
): AgentCaller | undefined | Refusal {
  // Who only looks does not become an agent by a header.
  if (role === 'viewer') return undefined;
  const named = headers[HEADER_AGENT];
  const id = named ?? bound;
  const connection = headers[HEADER_CONNECTION];
  if (declaration === undefined || declaration.name === 'agent.register') return undefined;
  const roles = rolesAllowed(declaration.access);
  if (!roles.includes('agent'))
    // A token that could do more is not an agent's in one request and a person's in the next.
    return named === undefined
      ? undefined
      : refuse(
          'FORBIDDEN',
          `${declaration.name} needs the role ${roles.join(' or ')}; yours is agent. Without Signalbox-Agent you speak for yourself.`,
        );
  if (named !== undefined && !agentIdSchema.safeParse(named).success)
    return badHeader('Signalbox-Agent', 'this is not an agent id');
  if (named !== undefined && bound !== undefined && named !== bound)
    return refuse('FORBIDDEN', `Your token is for the agent ${bound}, not for ${String(named)}.`);
  if (connection === undefined) {
    // Reading needs no registration.
    if (named === undefined || declaration.access === 'viewer') return undefined;
    return badHeader('Signalbox-Connection', 'send the connection that agent.register answered');
  }
  if (id === undefined) return badHeader('Signalbox-Agent', 'send the id you registered with');
  const parsed = connectionHeader.safeParse(connection);
  return parsed.success
    ? { agentId: String(id), connection: parsed.data }
    : badHeader('Signalbox-Connection', 'send the number that agent.register answered');
}

/**
 * A connection that was never given out, or given to another token: connections can be read by everybody. It must not
 * count as a sign of life either: it would drown those of the real one. Older ones are refused by the ledger.
 */
export async function refuseForged(
  project: Project,
  { agentId, connection }: AgentCaller,
  tokenId: string | undefined,
): Promise<Refusal | undefined> {
  const { ledger } = project;
  // It may have registered on another node a moment ago.
  await ledger.reach({ epoch: ledger.epoch, seq: connection });
  const agent = await ledger.read((view) => view.get('agent', agentId));
  if (agent === undefined)
    return refuse('SUPERSEDED', `${agentId} is not registered any more; call agent.register again.`);
  if (agent.tokenId !== tokenId)
    return refuse('FORBIDDEN', `${agentId} registered with another token; register under an id of your own.`);
  return connection > agent.connection
    ? badHeader('Signalbox-Connection', `${connection} was never given to ${agentId}`)
    : undefined;
}

const badHeader = (name: string, why: string): Refusal =>
  refuse('BAD_INPUT', `${name}: ${why}.`, { details: { field: name } });

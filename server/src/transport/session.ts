import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { HANDSHAKE_MAX_BYTES } from '@signalbox/shared/limits';
import type { Ack } from '@signalbox/shared/protocol';
import { json, type Request, Router } from 'express';
import { z } from 'zod';
import { badInput } from '../commands/parse.ts';
import type { Decision } from '../domain/decision.ts';
import { decideSessionClose, decideSessionOfToken, decideSessionOpen } from '../domain/hub.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { actorKey } from './actor-key.ts';
import type { Auth } from './auth.ts';
import { sessionCookieOptions } from './cookies.ts';
import type { Gate } from './gate.ts';
import { sendAck, sendRefusal } from './http-answer.ts';
import { authenticate, type CallerRules } from './http-caller.ts';
import type { SettleInTime } from './settle-in-time.ts';
import type { Origin } from './sign-in.ts';
import { failed } from './socket-commands.ts';

export interface SessionOptions extends CallerRules {
  /** The ledger of `_hub`. */
  hub: Ledger;
  auth: Auth;
  gate: Gate;
  inTime: SettleInTime;
  behindTlsProxy: boolean;
}

const OPEN = 'session.open';

const exchange = z
  .strictObject({ code: z.string().min(1).max(200).optional(), token: z.string().min(1).max(500).optional() })
  .refine(({ code, token }) => (code === undefined) !== (token === undefined), {
    path: ['code'],
    message: 'send the code of a link, or a token',
  });

/** `/session`: a launch link's code becomes the cookie of a browser session, once; so does a person's token. */
export function sessionRoutes(options: SessionOptions): Router {
  const router = Router();
  const cookie = sessionCookieOptions(options.behindTlsProxy);
  const { maxAge: _, ...sameCookie } = cookie;
  router.post('/', json({ limit: HANDSHAKE_MAX_BYTES, type: () => true }), async (request, response) => {
    const opened = await options.inTime.run<Opened | Refusal>(open(options, request), notOpenedInTime);
    if (isRefusal(opened)) return sendRefusal(response, opened);
    response.cookie(options.cookieName(), opened.token, cookie);
    sendAck(response, opened.ack);
  });
  router.delete('/', async (request, response) => {
    const ack = await options.inTime.run(close(options, request), () => failed(notClosedInTime()));
    if (ack.ok) response.clearCookie(options.cookieName(), sameCookie);
    sendAck(response, ack);
  });
  return router;
}

async function close(options: SessionOptions, request: Request): Promise<Ack<object>> {
  const principal = await authenticate(request, options);
  if (isRefusal(principal)) return failed(principal);
  const { tokenId, name, role } = principal;
  if (tokenId === undefined)
    return failed(refuse('INVALID_STATE', "The owner's token is no session; it cannot be signed out."));
  const notNow = options.gate.refuse(actorKey(principal), 'session.close');
  if (notNow !== undefined) return failed(notNow);
  const settled = await options.hub.execute({
    command: 'session.close',
    caller: { kind: 'person', name, role },
    decide: (draft, context) => decideSessionClose(draft, { tokenId }, context),
  });
  return settled.ok ? { ok: true, epoch: settled.epoch, seq: settled.seq } : settled;
}

const notClosedInTime = (): Refusal =>
  refuse('TIMEOUT', 'Redis did not answer in time; you may still be signed in. Sign out again.');

interface Opened {
  token: string;
  ack: Ack<{ you: { name: string; role: string } }>;
}

type OpenSession = Decision<void, { tokenId: string }>;

/** The session may be made all the same; nobody has its text, and it goes as the oldest of its token or at its end. */
const notOpenedInTime = (): Refusal =>
  refuse(
    'TIMEOUT',
    'Redis did not answer in time. Sign in again; if the link counts as used then, make a new one: npx signalbox open',
  );

async function open(options: SessionOptions, { body, socket, headers }: Request): Promise<Opened | Refusal> {
  const parsed = exchange.safeParse(body ?? {});
  if (!parsed.success) return badInput(parsed.error);
  const { code = '', token } = parsed.data;
  const origin = { address: socket.remoteAddress, headers };
  const opening = token === undefined ? byLink(code, options, origin) : await byToken(token, options, origin);
  if (isRefusal(opening)) return opening;
  const { auth, hub } = options;
  const settled = await hub.execute({
    command: OPEN,
    caller: { kind: 'hub' },
    decide: (draft, context) => opening(draft, undefined, context),
  });
  if (!settled.ok) return { refused: settled.error };
  const { epoch, seq, reply } = settled;
  const record = auth.tokenOf(reply.tokenId);
  // Revoked in the very moment it was made.
  if (record === undefined) return refuse('UNAUTHENTICATED', 'The session was ended at once; open another link.');
  return {
    token: auth.secretOf(record.id, record.role),
    ack: { ok: true, epoch, seq, you: { name: record.name, role: record.role } },
  };
}

function byLink(code: string, { auth, gate, signIn }: SessionOptions, origin: Origin): OpenSession | Refusal {
  const linkId = auth.linkIdOf(code);
  if (linkId !== undefined)
    return (
      gate.refuse(`link:${linkId}`, OPEN) ?? ((draft, _, context) => decideSessionOpen(draft, { linkId }, context))
    );
  return signIn.failed(
    refuse(
      'UNAUTHENTICATED',
      'This link is not one of this hub, or a part of it is missing. Make a new one: npx signalbox open',
    ),
    origin,
  );
}

async function byToken(
  token: string,
  { gate, signIn }: SessionOptions,
  origin: Origin,
): Promise<OpenSession | Refusal> {
  const principal = await signIn.principalOf(token, origin);
  if (isRefusal(principal)) return principal;
  const notNow = gate.refuse(actorKey(principal), OPEN);
  if (notNow !== undefined) return notNow;
  const { tokenId, role, name, project } = principal;
  if (role === 'agent')
    return refuse('FORBIDDEN', 'This is the token of an agent. People sign in with a link or a token of their own.');
  return (draft, _, context) => decideSessionOfToken(draft, { tokenId, role, name, project }, context);
}

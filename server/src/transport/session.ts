import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { HANDSHAKE_MAX_BYTES } from '@signalbox/shared/limits';
import type { Ack } from '@signalbox/shared/protocol';
import { json, Router } from 'express';
import { z } from 'zod';
import { badInput } from '../commands/parse.ts';
import { decideSessionOpen, decideTokenRevoke } from '../domain/hub.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Auth } from './auth.ts';
import { sessionCookieOptions } from './cookies.ts';
import { sendAck } from './http-answer.ts';
import { authenticate, type CallerRules } from './http-caller.ts';
import { failed } from './socket-commands.ts';

export interface SessionOptions extends CallerRules {
  /** The ledger of `_hub`. */
  hub: Ledger;
  behindTlsProxy: boolean;
}

const exchange = z.strictObject({ code: z.string().min(1).max(200) });

/** `/session`: a launch link's code becomes the cookie of a browser session, once. */
export function sessionRoutes(options: SessionOptions): Router {
  const router = Router();
  const cookie = sessionCookieOptions(options.behindTlsProxy);
  const { maxAge: _, ...sameCookie } = cookie;
  router.post('/', json({ limit: HANDSHAKE_MAX_BYTES, type: () => true }), async (request, response) => {
    const opened = await open(options, request.body);
    if (isRefusal(opened)) return sendAck(response, failed(opened));
    response.cookie(options.cookieName(), opened.token, cookie);
    sendAck(response, opened.ack);
  });
  router.delete('/', async (request, response) => {
    const principal = authenticate(request.method, request.headers, options);
    if (isRefusal(principal)) return sendAck(response, failed(principal));
    const { tokenId, name, role } = principal;
    if (tokenId === undefined)
      return sendAck(
        response,
        failed(refuse('INVALID_STATE', "The owner's token is no session; it cannot be signed out.")),
      );
    const settled = await options.hub.execute({
      command: 'session.close',
      caller: { kind: 'person', name, role },
      decide: (draft, context) => decideTokenRevoke(draft, { tokenId }, context),
    });
    if (settled.ok) response.clearCookie(options.cookieName(), sameCookie);
    sendAck(response, settled.ok ? { ok: true, epoch: settled.epoch, seq: settled.seq } : settled);
  });
  return router;
}

async function open(
  { auth, hub }: { auth: Auth; hub: Ledger },
  body: unknown,
): Promise<{ token: string; ack: Ack<{ you: { name: string; role: string } }> } | Refusal> {
  const parsed = exchange.safeParse(body ?? {});
  if (!parsed.success) return badInput(parsed.error);
  const linkId = auth.linkIdOf(parsed.data.code);
  if (linkId === undefined)
    return refuse(
      'UNAUTHENTICATED',
      'This link is not one of this hub, or a part of it is missing. Make a new one: npx signalbox open',
    );
  const settled = await hub.execute({
    command: 'session.open',
    caller: { kind: 'hub' },
    decide: (draft, context) => decideSessionOpen(draft, { linkId }, context),
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

import { setTimeout as delay } from 'node:timers/promises';
import { HttpWire } from '../fuzz/http-wire.ts';
import { type Answer, bearer, type Cast, type Headers } from './cast.ts';
import { tampered } from './forged-senders.ts';
import { agentDoor } from './forgers.ts';
import { type Handshake, SocketFace } from './socket-face.ts';
import type { Expected, Tries } from './tries.ts';

const SHORT_LIFE_MS = 1_000;
const OVER_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;
/** An address that was wrong more often is told to wait, and what it sends is not looked at. */
const WRONG_PER_ADDRESS = 80;
const UNAUTHENTICATED: Expected = { code: 'UNAUTHENTICATED' };
const FORBIDDEN: Expected = { code: 'FORBIDDEN' };

/** Everything that is nearly a token or a cookie, or was one, at every door. */
export async function forgedTokens(cast: Cast, tries: Tries): Promise<void> {
  const strangers = new Strangers(cast);
  await withTokens(cast, tries, strangers);
  await withCookies(cast, tries, strangers);
}

/** Whoever has no good token, from as many addresses as it takes: only what was looked at has been tried. */
class Strangers {
  readonly #cast: Cast;
  #wrong = 0;

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  /** All of these are this machine; elsewhere there is one address only, and one waits. */
  #from(): string | undefined {
    return this.#cast.hub.hostname.startsWith('127.')
      ? `127.0.0.${2 + (Math.floor(this.#wrong++ / WRONG_PER_ADDRESS) % 250)}`
      : undefined;
  }

  async read(headers: Headers): Promise<Answer> {
    return heard(async () => {
      const wire = new HttpWire(this.#cast.hub, this.#from());
      try {
        return await this.#cast.request('GET', `/api/v1/projects/${this.#cast.project}/task.list`, headers, { wire });
      } finally {
        wire.close();
      }
    });
  }

  async join(handshake: Handshake): Promise<Answer> {
    return heard(async () => {
      const joined = await SocketFace.join(this.#cast.hub, { ...handshake, from: this.#from() });
      if (!(joined instanceof SocketFace)) return joined;
      joined.close();
      return { ok: true };
    });
  }
}

async function heard(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send();
    if (answer.error?.code !== 'RATE_LIMITED') return answer;
    await delay(answer.error.retry?.afterMs ?? LOOK_EVERY_MS);
  }
}

async function withTokens(cast: Cast, tries: Tries, strangers: Strangers): Promise<void> {
  const asks = async (what: string, token: string): Promise<void> =>
    tries.see({ what: `${what} over HTTP`, expected: UNAUTHENTICATED }, await strangers.read(bearer(token)));
  const joins = async (what: string, handshake: Handshake): Promise<void> => {
    const attempt = { what: `${what} on ${handshake.namespace}`, expected: UNAUTHENTICATED };
    await tries.see(attempt, await strangers.join(handshake));
  };
  const agents = (token: string): Handshake => agentDoor(cast, token, { id: 'stranger', role: 'coordinator' });
  const rooms = (token: string): Handshake => ({ namespace: '/control', auth: { token } });
  const everywhere = async (what: string, token: string): Promise<void> => {
    await asks(what, token);
    await joins(what, agents(token));
    await joins(what, rooms(token));
  };
  const { token, tokenId } = await cast.token('operator');
  for (const [n, other] of tampered(token).entries()) {
    await asks(`the token ${other}`, other);
    await joins(`the token ${other}`, n % 2 === 0 ? agents(other) : rooms(other));
  }
  const room = await SocketFace.joined(cast.hub, { namespace: '/control', auth: { token } });
  await cast.must('token.revoke', { tokenId }, cast.owner);
  await room.ended();
  await everywhere('a revoked token', token);
  const short = await cast.token('operator', { expiresMs: SHORT_LIFE_MS });
  const deadline = performance.now() + OVER_WITHIN_MS;
  while (performance.now() < deadline && (await cast.ask('task.list', {}, bearer(short.token))).ok)
    await delay(LOOK_EVERY_MS);
  await everywhere('an expired token', short.token);
}

async function withCookies(cast: Cast, tries: Tries, strangers: Strangers): Promise<void> {
  const { token } = await cast.token('operator');
  const opened = await fetch(new URL('/session', cast.hub), { method: 'POST', body: JSON.stringify({ token }) });
  const [name = '', session = ''] = (opened.headers.get('set-cookie') ?? '').split(';')[0]?.split('=') ?? [];
  const cookie = (value: string, as = name): Headers => [['Cookie', `${as}=${value}`]];
  const room = (value: string): Handshake => ({
    namespace: '/control',
    auth: {},
    headers: { Cookie: `${name}=${value}` },
  });
  const read = await strangers.read(cookie(session));
  if (!read.ok) throw new Error(`a session reads nothing: ${JSON.stringify(read)}`);
  (await SocketFace.joined(cast.hub, room(session))).close();
  const everywhere = async (what: string, value: string): Promise<void> => {
    const attempt = { what, expected: UNAUTHENTICATED };
    await tries.see(attempt, await strangers.read(cookie(value)));
    await tries.see(attempt, await strangers.join(room(value)));
  };
  for (const other of tampered(session)) await everywhere(`the cookie ${other}`, other);
  const renamed = { what: 'a cookie under another name', expected: UNAUTHENTICATED };
  await tries.see(renamed, await strangers.read(cookie(session, `x${name}`)));
  // It is the browser that adds a cookie, whoever makes it send the request.
  const own = `http://${cast.hub.host}`;
  for (const extra of [
    [],
    [['Sec-Fetch-Site', 'cross-site']],
    [['Sec-Fetch-Site', 'same-site']],
    [['Origin', 'null']],
    [['Origin', `${own}.evil`]],
  ] as Headers[]) {
    const face = cast.face([...cookie(session), ...extra]);
    const what = `a cookie with ${JSON.stringify(extra)}`;
    await tries.command({ what, expected: FORBIDDEN }, face, 'task.create', { title: 'x' });
  }
  await cast.request('DELETE', '/session', [...cookie(session), ['Origin', own]]);
  await everywhere('the cookie of a session that is over', session);
}

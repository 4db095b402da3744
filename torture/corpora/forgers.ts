import { BEATS_SELDOM, type Cast, type Face } from './cast.ts';
import { type Handshake, SocketFace } from './socket-face.ts';

/** What an agent calls itself permits nothing, and neither does a token that could do more. */
const KINDS = [
  { who: 'an agent', tokenRole: 'agent', role: 'speed_developer', bound: false },
  { who: 'a coordinator whose token is bound', tokenRole: 'agent', role: 'coordinator', bound: true },
  { who: "an agent with an operator's token", tokenRole: 'operator', role: 'coordinator', bound: false },
] as const;

/** A registered agent that would like to be somebody else. */
export interface Forger {
  who: string;
  id: string;
  role: string;
  token: string;
  /** Its token is good for this id alone. */
  bound: boolean;
  face: Face;
}

export interface HttpForger extends Forger {
  connection: number;
}

export interface SocketForger extends Forger {
  face: SocketFace;
}

/** Of every kind one that came over HTTP and one on a socket. */
export async function gatherForgers(cast: Cast): Promise<{ http: HttpForger[]; sockets: SocketForger[] }> {
  const http: HttpForger[] = [];
  const sockets: SocketForger[] = [];
  for (const [n, { who, tokenRole, role, bound }] of KINDS.entries()) {
    const tokenOf = async (id: string): Promise<string> =>
      (await cast.token(tokenRole, bound ? { agentId: id } : {})).token;
    const caller = { id: `bob-${n}`, who, role, bound };
    const token = await tokenOf(caller.id);
    const { connection, headers } = await cast.agent(caller.id, { role, token });
    http.push({ ...caller, token, connection, face: cast.face(headers) });
    const connected = { id: `carol-${n}`, who, role, bound };
    const own = await tokenOf(connected.id);
    const face = await SocketFace.joined(cast.hub, agentDoor(cast, own, { id: connected.id, role }));
    sockets.push({ ...connected, token: own, face });
  }
  return { http, sockets };
}

/** Beside what a handshake has to say: who it is decides the token, whatever else stands there. */
const BRAGGING = {
  ...{ from: 'human:owner', actor: 'hub', name: 'owner', role: 'admin', agentId: 'alice', connection: 1, tokenId: 'x' },
  principal: { role: 'admin', name: 'owner' },
};

export const agentDoor = (cast: Cast, token: string, profile: object): Handshake => ({
  namespace: '/agent',
  auth: {
    ...BRAGGING,
    ...{ token, project: cast.project, protocol: 1 },
    agent: { accepts: 'none', ...BEATS_SELDOM, ...profile },
  },
});

/** A control room of whoever has the token, that looks at the project. */
export async function controlRoom(cast: Cast, token: string): Promise<SocketFace> {
  const face = await SocketFace.joined(cast.hub, { namespace: '/control', auth: { ...BRAGGING, token } });
  const subscribed = await face.ask('subscribe', { project: cast.project });
  if (!subscribed.ok) throw new Error(`subscribe: ${JSON.stringify(subscribed)}`);
  return face;
}

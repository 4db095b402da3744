import type { Access, CommandDeclaration } from '@signalbox/shared/command';
import type { ErrorCode } from '@signalbox/shared/errors';
import type { AccessRole } from '@signalbox/shared/records/hub';

export interface Who {
  face: 'http' | 'control' | 'agent';
  /** Of its token; undefined: it is missing, expired or revoked. */
  role: AccessRole | undefined;
  /** Its token is for another project. */
  foreign: boolean;
  /** It has registered as an agent, and says so: it may do what agents may, whatever its token would allow. */
  registered: boolean;
}

/** Who may call what, once more: written down here so that a wrong table in the product is seen. */
const MAY: Record<Access, readonly AccessRole[]> = {
  viewer: ['viewer', 'agent', 'operator', 'admin'],
  member: ['agent', 'operator', 'admin'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
};

/**
 * What has to come back, by the declaration alone: token, permission and input in this order. `undefined`: that is for
 * the state to say, and none of these codes.
 */
export function expectedCode(
  { name, access, identity, kind }: CommandDeclaration,
  { face, role: granted, foreign, registered }: Who,
  isFaulty: boolean,
): ErrorCode | undefined {
  if (granted === undefined) return 'UNAUTHENTICATED';
  if (foreign) return 'FORBIDDEN';
  const role = registered ? 'agent' : granted;
  // Over a socket the handshake registers.
  if (face === 'agent' && name === 'agent.register') return 'INVALID_STATE';
  if (!MAY[access].includes(role)) return 'FORBIDDEN';
  // Control rooms are for people; an agent may look.
  if (face === 'control' && role === 'agent' && access !== 'viewer') return 'FORBIDDEN';
  if (isFaulty) return 'BAD_INPUT';
  const writesAsAgent = role === 'agent' && access === 'member' && kind === 'write' && name !== 'agent.register';
  return (identity === 'agent' || writesAsAgent) && !registered ? 'BAD_INPUT' : undefined;
}

/** Of a request that passed all three, the state may say none of these; a stranger's lock is FORBIDDEN to it, though. */
export const NOT_FOR_THE_STATE: readonly ErrorCode[] = ['UNAUTHENTICATED', 'BAD_INPUT', 'INTERNAL'];

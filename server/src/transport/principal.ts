import type { AccessRole } from '@signalbox/shared/records/hub';

/** Who a token or session cookie speaks for. */
export interface Principal {
  role: AccessRole;
  /** Name of the person, or of the token for agents. */
  name: string;
  /** Undefined for the owner's token, which is not stored. */
  tokenId: string | undefined;
  /** Only this project; undefined: every project. */
  project: string | undefined;
  /** Only as this agent. */
  agentId: string | undefined;
}

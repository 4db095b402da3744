import type { Principal } from './principal.ts';

/** Who pays for the commands of a token: every connection of a person draws from one bucket. */
export const actorKey = ({ tokenId, name }: Principal): string => `token:${tokenId ?? name}`;

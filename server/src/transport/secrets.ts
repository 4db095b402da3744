import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ACCESS_ROLES, type AccessRole } from '@signalbox/shared/records/hub';

/** HMAC-SHA256 in base64url: always this long, so the parts around it may contain any character. */
const HMAC_LENGTH = 43;
const TOKEN = new RegExp(
  `^(sb_(${ACCESS_ROLES.join('|')})_([A-Za-z0-9_-]{1,64})_([A-Za-z0-9_-]{${HMAC_LENGTH}}))_([0-9a-f]{8})$`,
);
const LINK = new RegExp(`^([A-Za-z0-9_-]{1,64})\\.([A-Za-z0-9_-]{${HMAC_LENGTH}})$`);

export type ParsedToken =
  | { kind: 'genuine'; tokenId: string; role: AccessRole }
  /** Looks like a token, but a character is wrong. */
  | { kind: 'mistyped' }
  /** Of another hub, or made up. */
  | { kind: 'foreign' }
  | { kind: 'unknown' };

/**
 * Tokens and link codes are derived from their ids under the hub key, so no secret is ever stored:
 * `sb_<role>_<tokenId>_<hmac>_<checksum>` and `<linkId>.<hmac>`. The checksum finds typing errors without a look-up.
 */
export class Secrets {
  readonly #hubKey: Uint8Array;

  constructor(hubKey: Uint8Array) {
    this.#hubKey = hubKey;
  }

  secretOf(tokenId: string, role: AccessRole): string {
    const text = `sb_${role}_${tokenId}_${this.#hmac(`token:${tokenId}`)}`;
    return `${text}_${checksum(text)}`;
  }

  parseToken(text: string): ParsedToken {
    const [, signed, roleText, tokenId, hmac, sum] = TOKEN.exec(text) ?? [];
    const role = ACCESS_ROLES.find((word) => word === roleText);
    if (signed === undefined || role === undefined || tokenId === undefined || hmac === undefined) {
      return { kind: text.startsWith('sb_') ? 'mistyped' : 'unknown' };
    }
    if (checksum(signed) !== sum) return { kind: 'mistyped' };
    if (!sameText(hmac, this.#hmac(`token:${tokenId}`))) return { kind: 'foreign' };
    return { kind: 'genuine', tokenId, role };
  }

  linkCode(linkId: string): string {
    return `${linkId}.${this.#hmac(`link:${linkId}`)}`;
  }

  /** The id of the link, if this code was made by this hub. */
  linkIdOf(code: string): string | undefined {
    const [, linkId, hmac] = LINK.exec(code) ?? [];
    if (linkId === undefined || hmac === undefined) return undefined;
    return sameText(hmac, this.#hmac(`link:${linkId}`)) ? linkId : undefined;
  }

  #hmac(text: string): string {
    return createHmac('sha256', this.#hubKey).update(text).digest('base64url');
  }
}

/** Tells keys apart and nothing of the key. */
export const keyFingerprint = (hubKey: Uint8Array): string =>
  createHmac('sha256', hubKey).update('fingerprint').digest('base64url');

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** In constant time, whatever the lengths: how far a guess was right must not show in how long the answer takes. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

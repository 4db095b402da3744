import { DAY_MS } from '@signalbox/shared/time';
import type { CookieOptions } from 'express';

/** As long as the session behind it. */
const MAX_AGE_MS = 30 * DAY_MS;

/** Cookies do not tell ports of one host apart; their names have to. All nodes behind a proxy are one hub: no port. */
export const sessionCookieName = (port: number | undefined): string =>
  port === undefined ? 'signalbox' : `signalbox_${port}`;

export const sessionCookieOptions = (secure: boolean): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  path: '/',
  maxAge: MAX_AGE_MS,
  secure,
});

/** The value of one cookie in a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

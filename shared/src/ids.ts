import { z } from 'zod';

/** Agents choose their id; three words are addresses and cannot be ids. */
export const agentId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'an agent id is 1–64 of A–Z a–z 0–9 . _ - and starts with a letter or digit',
  )
  .refine((id) => !['all', 'people', 'hub'].includes(id), 'all, people and hub are addresses, not agent ids');

export const HUB_PROJECT = '_hub';
export const projectId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a project id is 1–63 of a–z 0–9 _ - and starts with a letter or digit');

const numbered = (letter: string) =>
  z.string().regex(new RegExp(`^${letter}-[1-9][0-9]{0,14}$`), `looks like ${letter}-12`);
export const taskId = numbered('T');
export const lockId = numbered('L');
export const questionId = numbered('Q');
export const messageId = numbered('M');
export const directiveId = numbered('D');
export const alarmId = numbered('A');

/** The kinds of numbered objects; the hub counts each per project. */
export const NUMBERED = ['T', 'L', 'Q', 'M', 'D', 'A'] as const;
export type Numbered = (typeof NUMBERED)[number];

/** `T-12` → 12. */
export const numberOf = (id: string): number => Number(id.slice(id.indexOf('-') + 1));

/** A fencing token `<epoch>.<seq>`; compare with {@link compareFences}, never as strings. */
export const fence = z
  .string()
  .regex(/^[0-9]{1,15}\.[0-9]{1,15}$/, 'a fence is the string the hub handed out with the grant');

export const makeFence = (epoch: number, seq: number): string => `${epoch}.${seq}`;

/** Negative when `a` is older than `b`. */
export function compareFences(a: string, b: string): number {
  const [aEpoch = '0', aSeq = '0'] = a.split('.');
  const [bEpoch = '0', bSeq = '0'] = b.split('.');
  return Number(aEpoch) - Number(bEpoch) || Number(aSeq) - Number(bSeq);
}

/**
 * The tie-break of every decision and the order of every list: ids the hub numbers by number (`T-9`, `T-10`, and so
 * `D-9:alice`, `D-10:alice`), before all others, which go by code point. A total order, whatever agents call themselves.
 */
export function compareIds(a: string, b: string): number {
  const aNumber = hubNumber(a);
  const bNumber = hubNumber(b);
  if (aNumber !== undefined && bNumber !== undefined && a[0] === b[0] && aNumber !== bNumber) return aNumber - bNumber;
  if ((aNumber === undefined) !== (bNumber === undefined)) return aNumber === undefined ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** 12 of `T-12` and `T-12:rest`; undefined for an id of any other form. By hand: sorting asks for it all the time. */
function hubNumber(id: string): number | undefined {
  const letter = id.charCodeAt(0);
  if (letter < 65 || letter > 90 || id[1] !== '-') return undefined;
  let number = 0;
  let at = 2;
  for (; at < id.length; at++) {
    const digit = id.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return at > 2 && (at === id.length || id[at] === ':') ? number : undefined;
}

export const requestId = z.string().min(1).max(64);

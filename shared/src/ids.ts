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

/** Orders ids of one kind by number, any others by code point: the tie-break of every decision. */
export function compareIds(a: string, b: string): number {
  const difference = numberOf(a) - numberOf(b);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Who did it: an agent id, `human:NAME`, or `hub`. */
export const actor = z.string().min(1).max(80);
export const requestId = z.string().min(1).max(64);

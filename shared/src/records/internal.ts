import { z } from 'zod';
import { recordBase } from './base.ts';

/** Long text, written once and referred to by id: kept out of snapshots and frames. */
export const bodyRecord = z.object({ ...recordBase('body'), text: z.string().optional(), data: z.json().optional() });

/** The last number given out for T, L, Q, M, D or A. */
export const counterRecord = z.object({ ...recordBase('counter'), last: z.int() });

/** What all agents of the project have reported together. */
export const spendingRecord = z.object({
  ...recordBase('spending'),
  tokensIn: z.int(),
  tokensOut: z.int(),
  costUsd: z.number(),
});

/** What an agent has acknowledged: every message number up to `cursor`, and those listed above it. */
export const inboxRecord = z.object({ ...recordBase('inbox'), cursor: z.int(), acked: z.array(z.int()) });

import { z } from 'zod';
import { fence, lockId } from '../ids.ts';
import { at, clock, recordBase } from './base.ts';

export const lockMode = z.enum(['exclusive', 'shared']);

export const lockRecord = z.object({
  ...recordBase('lock', lockId),
  paths: z.array(z.string()),
  mode: lockMode,
  holder: z.string(),
  fence,
  taskId: z.string().optional(),
  reason: z.string().optional(),
  since: at,
  ttlMs: z.int(),
  expiresClock: clock,
  waiters: z.array(z.object({ lockId, agentId: z.string(), since: at })),
});
export type LockRecord = z.infer<typeof lockRecord>;

/** A claim that waits in line. It becomes the lock of the same id when it is granted. */
export const waiterRecord = z.object({
  ...recordBase('waiter', lockId),
  paths: z.array(z.string()),
  mode: lockMode,
  agentId: z.string(),
  taskId: z.string().optional(),
  reason: z.string().optional(),
  since: at,
  ttlMs: z.int(),
  waitClock: clock,
  /** The locks and earlier claims it waits for. */
  blockedBy: z.array(lockId),
});
export type WaiterRecord = z.infer<typeof waiterRecord>;

import { z } from 'zod';
import { directiveId } from '../ids.ts';
import { at, clock, recordBase } from './base.ts';

export const DIRECTIVE_ACTIONS = ['say', 'ask', 'pause', 'resume', 'drain', 'assign', 'checkpoint', 'cancel'] as const;
export const directiveAction = z.enum(DIRECTIVE_ACTIONS);
export const directiveMode = z.enum(['queue', 'steer', 'interrupt']);

/** In the order of evidence; a receipt only moves forward. */
export const RECEIPT_STATES = [
  'queued',
  'delivered',
  'read',
  'acknowledged',
  'declined',
  'done',
  'failed',
  'expired',
] as const;
export type ReceiptState = (typeof RECEIPT_STATES)[number];

/** What a recipient did first on the matter after it had acknowledged: the proof that more than words followed. */
const effect = z.object({ command: z.string(), seq: z.int(), at });

export const directiveRecord = z.object({
  ...recordBase('directive', directiveId),
  from: z.string(),
  to: z.string(),
  action: directiveAction,
  mode: directiveMode,
  body: z.string().optional(),
  taskId: z.string().optional(),
  options: z.array(z.string()).optional(),
  ackByClock: clock.optional(),
  expiresClock: clock,
  /** The time by which it was to be acknowledged has passed. */
  ackByPassed: z.literal(true).optional(),
  expired: z.boolean(),
  /** Since when it is on its way to the rest of its recipients: to more than one transaction takes it goes in several. */
  obeyClock: clock.optional(),
  at,
  counts: z.partialRecord(z.enum(RECEIPT_STATES), z.int()),
  /** The first one of all recipients. */
  effect: effect.optional(),
});
export type DirectiveRecord = z.infer<typeof directiveRecord>;

/** One per directive and recipient, id `<directiveId>:<agentId>`. */
export const receiptRecord = z.object({
  ...recordBase('receipt'),
  directiveId,
  agentId: z.string(),
  state: z.enum(RECEIPT_STATES),
  at,
  /** When each state was reached, for the people who look at it. */
  times: z.partialRecord(z.enum(RECEIPT_STATES), at),
  turnId: z.string().optional(),
  note: z.string().optional(),
  effect: effect.optional(),
});
export type ReceiptRecord = z.infer<typeof receiptRecord>;

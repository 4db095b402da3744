import { z } from 'zod';
import { messageId } from '../ids.ts';
import { at, recordBase } from './base.ts';

export const messageRecord = z.object({
  ...recordBase('message', messageId),
  from: z.string(),
  to: z.string(),
  /** The agents the address meant when the message was sent. */
  recipients: z.array(z.string()),
  type: z.string(),
  thread: z.string().optional(),
  replyTo: messageId.optional(),
  at,
  /** Only in replies and pushes about this message. */
  body: z.string().optional(),
  data: z.json().optional(),
  bodies: z.object({ body: z.string() }),
});
export type MessageRecord = z.infer<typeof messageRecord>;

import { z } from 'zod';
import { questionId } from '../ids.ts';
import { at, clock, recordBase } from './base.ts';

export const questionRecord = z.object({
  ...recordBase('question', questionId),
  from: z.string(),
  state: z.enum(['open', 'answered', 'withdrawn']),
  body: z.string(),
  options: z.array(z.string()).optional(),
  default: z.string().optional(),
  blocking: z.boolean(),
  taskId: z.string().optional(),
  deadlineClock: clock.optional(),
  deadlineAt: at.optional(),
  /** When an unanswered question becomes an alarm. */
  lateClock: clock.optional(),
  at,
  answer: z.object({ choice: z.string().optional(), body: z.string().optional(), by: z.string(), at }).optional(),
});
export type QuestionRecord = z.infer<typeof questionRecord>;

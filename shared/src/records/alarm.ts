import { z } from 'zod';
import { ALARM_CODES } from '../alarms.ts';
import { alarmId } from '../ids.ts';
import { at, clock, recordBase } from './base.ts';

export const alarmRecord = z.object({
  ...recordBase('alarm', alarmId),
  code: z.enum(ALARM_CODES),
  priority: z.int().min(1).max(3),
  subject: z.object({ kind: z.string(), id: z.string() }),
  /** Other agents it is about as much, when its subject is one of several. */
  others: z.array(z.string()).optional(),
  summary: z.string(),
  raisedAt: at,
  /** `returned`: over before anybody acknowledged it. An acknowledged alarm that is over is removed. */
  state: z.enum(['unacked', 'acked', 'returned', 'shelved']),
  by: z.string().optional(),
  ackedAt: at.optional(),
  untilClock: clock.optional(),
  reason: z.string().optional(),
});
export type AlarmRecord = z.infer<typeof alarmRecord>;

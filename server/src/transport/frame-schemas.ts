import { welcome } from '@signalbox/shared/commands/agent';
import { fence, lockId, taskId } from '@signalbox/shared/ids';
import type { AgentEvents, ControlEvents } from '@signalbox/shared/protocol';
import { RECORD_SCHEMAS } from '@signalbox/shared/records';
import { activity } from '@signalbox/shared/records/agent';
import { directiveRecord } from '@signalbox/shared/records/directive';
import { messageRecord } from '@signalbox/shared/records/message';
import { questionRecord } from '@signalbox/shared/records/question';
import { taskRecord } from '@signalbox/shared/records/task';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { z } from 'zod';

/** The schema of every frame the hub sends, for its documents. Total: a new event does not compile without one. */
type Frames<Events> = {
  [E in keyof Events]: {
    summary: string;
    payload: Events[E] extends (frame: infer F, ...rest: never[]) => void ? z.ZodType<F> : never;
  };
};

const int = z.int();
const visibleRecord = z.union(VISIBLE_KINDS.map((kind) => RECORD_SCHEMAS[kind]));
const draining = {
  summary: 'The hub closes this connection; come back after the delay.',
  payload: z.object({ reconnectAfterMs: int }),
};

export const AGENT_FRAMES: Frames<AgentEvents> = {
  welcome: { summary: 'You are registered; this is your connection and the pace expected of you.', payload: welcome },
  inbox: {
    summary: 'Messages to you, oldest first; they come again until message.ack.',
    payload: z.object({ messages: z.array(messageRecord) }),
  },
  directive: {
    summary: 'An order of a person. Acknowledging the frame says that your process has it.',
    payload: z.object({ directive: directiveRecord }),
  },
  'task.assigned': { summary: 'A task is yours; start it within a minute.', payload: z.object({ task: taskRecord }) },
  'task.withdrawn': {
    summary: 'The task is not yours any more; stop working on it.',
    payload: z.object({ taskId, attempt: int, reason: z.enum(['NOT_STARTED', 'REASSIGNED', 'CANCELLED']) }),
  },
  'lock.granted': {
    summary:
      'The claim you waited for is granted; or, with `from`, that agent’s lock was handed to you: renew it, or release it. `claims` of yours that it covers are answered with it.',
    payload: z.object({
      lockId,
      fence,
      paths: z.array(z.string()),
      expiresInMs: int,
      from: z.string().optional(),
      claims: z.array(lockId).optional(),
    }),
  },
  'lock.lost': {
    summary: 'A lock or a waiting claim of yours has ended; do not write there.',
    payload: z.object({ lockId, reason: z.enum(['EXPIRED', 'TIMEOUT', 'FORCED', 'EVICTED', 'TRANSFERRED', 'EPOCH']) }),
  },
  'question.answered': { summary: 'Your question has its answer.', payload: z.object({ question: questionRecord }) },
  draining,
  evicted: {
    summary: 'A person removed you: stop working; your tasks are given to others. Do not reconnect by yourself.',
    payload: z.object({ by: z.string(), reason: z.string() }),
  },
  superseded: {
    summary: 'A newer connection has taken over; do not reconnect by yourself.',
    payload: z.object({ by: int }),
  },
};

export const CONTROL_FRAMES: Frames<ControlEvents> = {
  snapshot: {
    summary: 'A part of all records at one seq; parts count from 0.',
    payload: z.object({ epoch: int, seq: int, clock: int, part: int, of: int, records: z.array(visibleRecord) }),
  },
  diff: {
    summary: 'What changed from `from` to `to`: apply removes, then puts.',
    payload: z.object({
      epoch: int,
      from: int,
      to: int,
      clock: int,
      at: int,
      puts: z.array(visibleRecord),
      removes: z.array(z.tuple([z.enum(VISIBLE_KINDS), z.string()])),
      causedBy: z.array(z.string()).exactOptional(),
    }),
  },
  beat: {
    summary: 'Every 2 s, in order with the diffs: where the sequence is.',
    payload: z.object({
      epoch: int,
      seq: int,
      node: z.string(),
      clock: int,
      digest: z.string(),
      serverTime: int,
      eventsPerSecond: z.number(),
      viewers: int,
    }),
  },
  presence: {
    summary: 'How long ago each agent was heard of; best effort, not part of the sequence.',
    payload: z.object({ agents: z.array(z.union([z.tuple([z.string(), int]), z.tuple([z.string(), int, activity])])) }),
  },
  draining,
};

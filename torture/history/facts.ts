import { z } from 'zod';

/**
 * What is checked of inputs, answers, pushes and records, and no more of it: a long run has millions of them. What an
 * answer says has to be as the protocol says; an input may be wrong on purpose, and what is wrong in it is left out.
 */
const mode = z.enum(['exclusive', 'shared']);
const names = z.array(z.string());
const asSent = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

export const askedFields = z
  .object({
    paths: asSent(names),
    mode: asSent(mode),
    ttlMs: asSent(z.number()),
    lockId: asSent(z.string()),
    fence: asSent(z.string()),
    to: asSent(z.string()),
    taskId: asSent(z.string()),
    attempt: asSent(z.number()),
    agentId: asSent(z.string()),
    messageIds: asSent(names),
    progress: asSent(z.number()),
    activity: asSent(z.unknown()),
    data: asSent(z.object({ n: z.number() })),
  })
  .transform(({ activity, data, ...rest }) => ({
    ...rest,
    ...(activity !== undefined && { activity: true }),
    ...(data !== undefined && { n: data.n }),
  }));
export type Asked = z.infer<typeof askedFields>;

const lock = z.object({
  id: z.string(),
  paths: names,
  mode,
  holder: z.string(),
  fence: z.string(),
  taskId: z.string().optional(),
  /** How long its lease is, and when it ends on the clock of the log; not in every history. */
  ttlMs: z.number().optional(),
  expiresClock: z.number().optional(),
});
const task = z.object({
  id: z.string(),
  status: z.string(),
  assignee: z.string().nullable(),
  attempt: z.number(),
  dependencies: names.optional(),
});
export type TaskFacts = z.infer<typeof task>;

export const saidFields = z.object({
  epoch: z.number(),
  seq: z.number(),
  granted: z.boolean().optional(),
  lockId: z.string().optional(),
  fence: z.string().optional(),
  /** Of a claim; those of a check are objects. */
  paths: names.optional().catch(undefined),
  expiresInMs: z.number().optional(),
  lock: lock.optional(),
  locks: z
    .array(z.object({ lockId: z.string(), fence: z.string(), expiresInMs: z.number() }))
    .optional()
    // Those of a list are records.
    .catch(undefined),
  task: task.nullable().optional(),
  /** Of a list it is where the next page begins. */
  next: task.nullable().optional().catch(undefined),
  messageId: z.string().optional(),
  recipients: names.optional(),
});
export type Said = z.infer<typeof saidFields>;

export const pushedFields = z.object({
  lockId: z.string().optional(),
  fence: z.string().optional(),
  paths: names.optional(),
  expiresInMs: z.number().optional(),
  task: task.optional(),
  taskId: z.string().optional(),
  attempt: z.number().optional(),
  reason: z.string().optional(),
});
export type Pushed = z.infer<typeof pushedFields>;

const lockRecord = lock.extend({ kind: z.literal('lock') });
const taskRecord = task.extend({ kind: z.literal('task') });
const messageRecord = z.object({
  kind: z.literal('message'),
  id: z.string(),
  from: z.string(),
  recipients: names,
});
const agentRecord = z.object({
  kind: z.literal('agent'),
  id: z.string(),
  presence: z.string(),
  /** Three of these in silence, and it is lost. */
  heartbeatEveryMs: z.number(),
});
export const checkedRecord = z.discriminatedUnion('kind', [lockRecord, taskRecord, messageRecord, agentRecord]);
export type CheckedRecord = z.infer<typeof checkedRecord>;
export type LockFacts = z.infer<typeof lockRecord>;

export const CHECKED_KINDS: ReadonlySet<unknown> = new Set(['lock', 'task', 'message', 'agent']);

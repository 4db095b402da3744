import { z } from 'zod';
import { command, listInput, next, readInput } from '../command.ts';
import { agentId, directiveId, taskId } from '../ids.ts';
import { SHORT_BODY_MAX_BYTES } from '../limits.ts';
import { directiveAction, directiveMode, directiveRecord, receiptRecord } from '../records/directive.ts';
import { line, text } from '../text.ts';
import { DAY_MS } from '../time.ts';
import { address } from './message.ts';

const sent = [
  { as: 'human', command: 'directive.send', input: { to: 'alice', action: 'say', body: 'ship it' } },
] as const;
const options = z.array(line(200)).min(2).max(12);

export const directiveSend = command({
  name: 'directive.send',
  summary:
    'Tell agents what to do. `pause`, `drain`, `resume`, `assign` and `cancel` act at the hub at once; `checkpoint` is done when the agent has saved.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({
    to: z.union([address, z.array(agentId).min(1).max(5_000)]),
    action: directiveAction,
    body: text(SHORT_BODY_MAX_BYTES).optional(),
    taskId: taskId.optional(),
    options: options.optional(),
    mode: directiveMode.optional(),
    ackByMs: z.int().min(1_000).max(DAY_MS).optional(),
    expiresMs: z
      .int()
      .min(1_000)
      .max(7 * DAY_MS)
      .optional(),
  }),
  output: z.object({ directiveId, recipients: z.array(z.string()) }),
  examples: [
    {
      as: 'human',
      input: { to: 'all', action: 'pause', body: 'deploy in progress' },
      output: { directiveId: 'D-1', recipients: ['alice', 'bob'] },
    },
    {
      before: [{ as: 'human', command: 'task.create', input: { title: 'Add login' } }],
      as: 'human',
      input: { to: 'alice', action: 'assign', taskId: 'T-1', body: 'you know this code best' },
      output: { directiveId: 'D-1', recipients: ['alice'] },
    },
  ],
});

export const directiveReceipt = command({
  name: 'directive.receipt',
  summary: 'Say how far you are with a directive; an `ask` is answered by `done` with a note.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({
    directiveId,
    state: z.enum(['read', 'acknowledged', 'declined', 'done', 'failed']),
    turnId: line(80).optional(),
    note: text(SHORT_BODY_MAX_BYTES).optional(),
  }),
  output: z.object({ receipt: receiptRecord }),
  examples: [
    {
      before: sent,
      as: 'alice',
      input: { directiveId: 'D-1', state: 'acknowledged', note: 'after this test' },
      output: { receipt: { id: 'D-1:alice', state: 'acknowledged', note: 'after this test' } },
    },
  ],
});

export const directiveVerify = command({
  name: 'directive.verify',
  summary:
    'Check at the hub that an order exists, whose it is, what it says and that it is for you, before you obey it.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ directiveId, ...readInput }),
  output: z.object({
    from: z.string(),
    to: z.string(),
    action: directiveAction,
    body: z.string().optional(),
    taskId: z.string().optional(),
    /** The calling agent is one of its recipients. */
    mine: z.boolean(),
    at: z.int(),
    expired: z.boolean(),
  }),
  examples: [
    {
      before: sent,
      as: 'alice',
      input: { directiveId: 'D-1' },
      output: { action: 'say', body: 'ship it', mine: true, expired: false },
    },
  ],
});

export const directiveList = command({
  name: 'directive.list',
  summary: 'List directives with the counts of their receipts.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput }),
  output: z.object({ directives: z.array(directiveRecord), next }),
  examples: [{ before: sent, as: 'human', input: {}, output: { directives: [{ id: 'D-1', body: 'ship it' }] } }],
});

export const directiveGet = command({
  name: 'directive.get',
  summary: 'Read one directive with the receipt of each recipient.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ directiveId, ...readInput }),
  output: z.object({ directive: directiveRecord, receipts: z.array(receiptRecord) }),
  examples: [
    {
      before: sent,
      as: 'human',
      input: { directiveId: 'D-1' },
      output: { directive: { id: 'D-1' }, receipts: [{ agentId: 'alice' }] },
    },
  ],
});

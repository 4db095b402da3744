import { z } from 'zod';
import { command, readInput } from '../command.ts';
import { taskId } from '../ids.ts';
import { LARGE_COMMAND_MAX_BYTES } from '../limits.ts';
import { taskRecord } from '../records/task.ts';
import { text } from '../text.ts';

const attempt = z.int().min(0);
const one = z.object({ task: taskRecord });
const started = [
  { as: 'human', command: 'task.create', input: { title: 'Add login' } },
  { as: 'alice', command: 'task.next', input: {} },
] as const;

export const checkpointSave = command({
  name: 'checkpoint.save',
  summary: 'Save how far you are, so that whoever continues the task starts there.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  maxBytes: LARGE_COMMAND_MAX_BYTES,
  input: z.strictObject({ taskId, attempt, note: text(2_000).optional(), data: z.json().optional() }),
  output: one,
  examples: [
    {
      before: started,
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1, note: 'half of the files', data: { done: ['a.ts'] } },
      output: { task: { id: 'T-1', checkpoint: { note: 'half of the files' } } },
    },
  ],
});

export const checkpointGet = command({
  name: 'checkpoint.get',
  summary: 'Read the newest checkpoint of a task.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ taskId, ...readInput }),
  output: z.object({
    checkpoint: z
      .object({ note: z.string().optional(), data: z.json().optional(), attempt: z.int(), at: z.int() })
      .nullable(),
  }),
  examples: [
    {
      before: [
        ...started,
        { as: 'alice', command: 'checkpoint.save', input: { taskId: 'T-1', attempt: 1, data: { done: 3 } } },
      ],
      as: 'bob',
      input: { taskId: 'T-1' },
      output: { checkpoint: { data: { done: 3 }, attempt: 1 } },
    },
  ],
});

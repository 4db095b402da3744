import { z } from 'zod';
import { command } from '../command.ts';
import { agentId, taskId } from '../ids.ts';
import { LARGE_COMMAND_MAX_BYTES, TASKS_PER_PLAN } from '../limits.ts';
import { activity } from '../records/agent.ts';
import { taskFields, taskRecord, taskResult } from '../records/task.ts';
import { text } from '../text.ts';

const attempt = z.int().min(0);
const one = z.object({ task: taskRecord });
const created = { as: 'human', command: 'task.create', input: { title: 'Add login' } } as const;
const started = [created, { as: 'alice', command: 'task.next', input: {} }] as const;

export const taskCreate = command({
  name: 'task.create',
  summary: 'Create a task. Its dependencies gate it; the hub gives it to the agent that fits best.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject(taskFields),
  output: one,
  examples: [
    {
      as: 'human',
      input: {
        title: 'Add login',
        description: 'With a session cookie.',
        priority: 2,
        files: ['src/auth/'],
        requires: ['rust'],
      },
      output: {
        task: {
          id: 'T-1',
          title: 'Add login',
          description: 'With a session cookie.',
          priority: 2,
          files: ['src/auth/**'],
          status: 'pending',
          attempt: 0,
        },
      },
    },
  ],
});

export const taskCreateMany = command({
  name: 'task.createMany',
  summary: 'Create a whole plan at once; its tasks may depend on each other by their `key`.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  maxBytes: LARGE_COMMAND_MAX_BYTES,
  input: z.strictObject({
    tasks: z
      .array(z.strictObject({ ...taskFields, key: z.string().min(1).max(80).optional() }))
      .min(1)
      .max(TASKS_PER_PLAN),
  }),
  output: z.object({ tasks: z.array(taskRecord) }),
  examples: [
    {
      as: 'human',
      input: {
        tasks: [
          { key: 'scan', title: 'Scan', requires: ['rust'] },
          { title: 'Report', dependencies: ['scan'] },
        ],
      },
      output: {
        tasks: [
          { id: 'T-1', title: 'Scan' },
          { id: 'T-2', dependencies: ['T-1'], waiting: { code: 'DEPENDENCY', on: 'T-1' } },
        ],
      },
    },
  ],
});

export const taskUpdate = command({
  name: 'task.update',
  summary: 'Change a task that is not finished.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId, ...z.strictObject(taskFields).partial().shape }),
  output: one,
  examples: [
    {
      before: [created],
      as: 'human',
      input: { taskId: 'T-1', priority: 1 },
      output: { task: { id: 'T-1', priority: 1 } },
    },
  ],
});

export const taskNext = command({
  name: 'task.next',
  summary: 'Take work: your assigned task first, else the best pending one. It is started by this call.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({}),
  output: z.object({ task: taskRecord.nullable(), reason: z.enum(['EMPTY', 'PAUSED', 'DRAINING', 'FULL']).optional() }),
  examples: [
    {
      before: [created],
      as: 'alice',
      input: {},
      output: { task: { id: 'T-1', status: 'in_progress', assignee: 'alice', attempt: 1 } },
    },
    { as: 'alice', input: {}, output: { task: null, reason: 'EMPTY' } },
  ],
});

export const taskStart = command({
  name: 'task.start',
  summary: 'Start the task you were assigned.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ taskId, attempt }),
  output: one,
  examples: [
    {
      before: [created, { as: 'human', command: 'task.assign', input: { taskId: 'T-1', agentId: 'alice' } }],
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1 },
      output: { task: { id: 'T-1', status: 'in_progress', assignee: 'alice' } },
    },
  ],
});

export const taskProgress = command({
  name: 'task.progress',
  summary: 'Report how far the task is (0–100) and what you are doing.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({
    taskId,
    attempt,
    progress: z.number().min(0).max(100).optional(),
    activity: activity.optional(),
  }),
  output: one,
  examples: [
    {
      before: started,
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1, progress: 40, activity: { doing: 'writing tests', step: 2, total: 5 } },
      output: { task: { id: 'T-1', progress: 40, activity: { doing: 'writing tests', step: 2, total: 5 } } },
    },
  ],
});

export const taskComplete = command({
  name: 'task.complete',
  summary: 'Complete the task; with `next: true` the answer brings the next one.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ taskId, attempt, result: taskResult.optional(), next: z.literal(true).optional() }),
  output: z.object({ task: taskRecord, next: taskRecord.nullable().optional(), reason: z.string().optional() }),
  examples: [
    {
      before: started,
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1, result: { summary: 'Login works, 4 tests.' }, next: true },
      output: {
        task: { id: 'T-1', status: 'completed', progress: 100, result: { summary: 'Login works, 4 tests.' } },
        next: null,
      },
    },
  ],
});

export const taskFail = command({
  name: 'task.fail',
  summary: 'Give the task up; it is tried again after a delay until its attempts are used up.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ taskId, attempt, reason: text(2_000), log: text(16 * 1024).optional() }),
  output: one,
  examples: [
    {
      before: started,
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1, reason: 'the tests do not compile' },
      output: {
        task: {
          id: 'T-1',
          status: 'pending',
          failures: 1,
          waiting: { code: 'BACKOFF' },
          reason: 'the tests do not compile',
        },
      },
    },
  ],
});

export const taskBlock = command({
  name: 'task.block',
  summary: 'Say that the task cannot go on until somebody unblocks it.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ taskId, attempt, reason: text(2_000) }),
  output: one,
  examples: [
    {
      before: started,
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1, reason: 'no access to the API' },
      output: { task: { id: 'T-1', status: 'blocked', assignee: null } },
    },
  ],
});

export const taskUnblock = command({
  name: 'task.unblock',
  summary: 'Put a blocked task back in line.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId }),
  output: one,
  examples: [
    {
      before: [
        ...started,
        { as: 'alice', command: 'task.block', input: { taskId: 'T-1', attempt: 1, reason: 'no access' } },
      ],
      as: 'human',
      input: { taskId: 'T-1' },
      output: { task: { id: 'T-1', status: 'pending', losses: 0 } },
    },
  ],
});

const submitted = [
  ...started,
  { as: 'alice', command: 'task.submit', input: { taskId: 'T-1', attempt: 1, result: { summary: 'ready' } } },
] as const;

export const taskSubmit = command({
  name: 'task.submit',
  summary: 'Hand the task in for review by somebody else.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ taskId, attempt, result: taskResult }),
  output: one,
  examples: [
    {
      before: started,
      as: 'alice',
      input: { taskId: 'T-1', attempt: 1, result: { summary: 'ready' } },
      output: { task: { id: 'T-1', status: 'needs_review', result: { summary: 'ready' } } },
    },
  ],
});

export const taskAccept = command({
  name: 'task.accept',
  summary: 'Accept a task that was handed in; not for the agent that did it.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId, note: text(2_000).optional() }),
  output: one,
  examples: [
    { before: submitted, as: 'bob', input: { taskId: 'T-1' }, output: { task: { id: 'T-1', status: 'completed' } } },
  ],
});

export const taskReject = command({
  name: 'task.reject',
  summary: 'Send a task that was handed in back to the queue, saying why; not for the agent that did it.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId, reason: text(2_000) }),
  output: one,
  examples: [
    {
      before: submitted,
      as: 'human',
      input: { taskId: 'T-1', reason: 'no tests' },
      output: { task: { id: 'T-1', reason: 'no tests' } },
    },
  ],
});

export const taskCancel = command({
  name: 'task.cancel',
  summary: 'Cancel a task for good; whoever has it is told. For its creator and operators.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId, reason: text(2_000) }),
  output: one,
  examples: [
    {
      before: [created],
      as: 'human',
      input: { taskId: 'T-1', reason: 'not needed' },
      output: { task: { id: 'T-1', status: 'cancelled', reason: 'not needed' } },
    },
  ],
});

export const taskAssign = command({
  name: 'task.assign',
  summary: 'Give the task to an agent, or with null back to the queue. For its creator and operators.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId, agentId: agentId.nullable() }),
  output: one,
  examples: [
    {
      before: [created],
      as: 'human',
      input: { taskId: 'T-1', agentId: 'bob' },
      output: { task: { id: 'T-1', status: 'pending', assignee: 'bob', attempt: 1 } },
    },
  ],
});

export const taskRetry = command({
  name: 'task.retry',
  summary: 'Try a failed, cancelled or blocked task again with fresh attempts.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ taskId }),
  output: one,
  examples: [
    {
      before: [created, { as: 'human', command: 'task.cancel', input: { taskId: 'T-1', reason: 'wait' } }],
      as: 'human',
      input: { taskId: 'T-1' },
      output: { task: { id: 'T-1', status: 'pending', failures: 0 } },
    },
  ],
});

import { z } from 'zod';
import { command, listInput, next, readInput } from '../command.ts';
import { agentId, taskId } from '../ids.ts';
import { usage } from '../records/agent.ts';
import { TASK_STATUSES, taskRecord } from '../records/task.ts';
import { line } from '../text.ts';

const created = { as: 'human', command: 'task.create', input: { title: 'Add login' } } as const;
const started = [created, { as: 'alice', command: 'task.next', input: {} }] as const;

export const taskList = command({
  name: 'task.list',
  summary: 'List tasks, without their long text.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({
    ...listInput,
    ...readInput,
    status: z.enum(TASK_STATUSES).optional(),
    assignee: z.string().max(80).optional(),
    type: line(40).optional(),
  }),
  output: z.object({ tasks: z.array(taskRecord), next }),
  examples: [
    {
      before: [created],
      as: 'human',
      input: { status: 'pending' },
      output: { tasks: [{ id: 'T-1', title: 'Add login' }] },
    },
  ],
});

export const taskGet = command({
  name: 'task.get',
  summary: 'Read one task with its description and result.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ taskId, ...readInput }),
  output: z.object({ task: taskRecord }),
  examples: [
    { before: [created], as: 'human', input: { taskId: 'T-1' }, output: { task: { id: 'T-1', title: 'Add login' } } },
  ],
});

export const taskExplain = command({
  name: 'task.explain',
  summary: 'Why the task is not moving: what it waits for, step by step, and the one thing to do about it.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ taskId, ...readInput }),
  output: z.object({
    chain: z.array(z.object({ because: z.string(), on: z.string() })),
    action: z.string(),
    /** Tasks that go on then: those on the way and all that depend on them. */
    frees: z.int(),
  }),
  examples: [
    {
      before: [
        { as: 'human', command: 'task.create', input: { title: 'Scan', requires: ['rust'] } },
        { as: 'human', command: 'task.create', input: { title: 'Report', dependencies: ['T-1'] } },
      ],
      as: 'human',
      input: { taskId: 'T-2' },
      output: {
        chain: [
          { because: 'T-2 depends on T-1', on: 'T-1' },
          { because: 'nobody can rust', on: 'rust' },
        ],
        action: 'Start an agent that can rust.',
        frees: 2,
      },
    },
  ],
});

const shown = { taskId, title: z.string(), assignee: z.string().nullable() };

export const taskStats = command({
  name: 'task.stats',
  summary:
    'How many tasks are where, how many got done, which took longest, and what was used; of one agent or of all.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ agentId: agentId.optional(), ...readInput }),
  output: z.object({
    counts: z.record(z.enum(TASK_STATUSES), z.int()),
    completed: z.object({ lastHour: z.int(), last24h: z.int() }),
    /** Ten of each at most, the longest first. */
    longestRunning: z.array(z.object({ ...shown, startedAt: z.int() })),
    longestFinished: z.array(z.object({ ...shown, tookMs: z.number(), used: usage.optional() })),
    agents: z.array(
      z.object({
        agentId: z.string(),
        doneLast24h: z.int(),
        score: z.object({ value: z.number().nullable(), n: z.int() }),
        usage: usage.optional(),
      }),
    ),
    usage,
  }),
  examples: [
    {
      before: started,
      as: 'human',
      input: { agentId: 'alice' },
      output: {
        counts: { in_progress: 1, completed: 0 },
        completed: { lastHour: 0, last24h: 0 },
        longestRunning: [{ taskId: 'T-1', title: 'Add login', assignee: 'alice' }],
        agents: [{ agentId: 'alice', doneLast24h: 0 }],
      },
    },
  ],
});

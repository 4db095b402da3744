import { z } from 'zod';
import { command, listInput, next, nothing, readInput } from '../command.ts';
import { agentId } from '../ids.ts';
import {
  AGENT_STATES,
  activity,
  agentProfile,
  agentRecord,
  capabilities,
  links,
  maxTasks,
  role,
  usage,
} from '../records/agent.ts';
import { lockRecord } from '../records/lock.ts';
import { messageRecord } from '../records/message.ts';
import { questionRecord } from '../records/question.ts';
import { taskRecord } from '../records/task.ts';
import { line, text } from '../text.ts';

export const welcome = z.object({
  project: z.string(),
  agentId: z.string(),
  node: z.string(),
  connection: z.int(),
  epoch: z.int(),
  seq: z.int(),
  clock: z.int(),
  serverTime: z.int(),
  heartbeatEveryMs: z.int(),
  lateAfterMs: z.int(),
  lostAfterMs: z.int(),
  leaseMs: z.int(),
  durability: z.string(),
  protocol: z.literal(1),
  /** Why the hub ended the connection before this one, if it did. What was not read then comes again. */
  cutOff: z.object({ code: z.literal('SLOW_CONSUMER'), message: z.string() }).optional(),
});
export type Welcome = z.infer<typeof welcome>;

export const agentRegister = command({
  name: 'agent.register',
  summary: 'Register as an agent of the project; over a socket the handshake does this.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: agentProfile,
  output: welcome,
  examples: [
    {
      as: 'human',
      input: { id: 'carol', role: 'ai_specialist', capabilities: ['python'] },
      output: {
        agentId: 'carol',
        protocol: 1,
        heartbeatEveryMs: 15_000,
        lateAfterMs: 22_500,
        lostAfterMs: 45_000,
        leaseMs: 120_000,
      },
    },
  ],
});

export const agentHeartbeat = command({
  name: 'agent.heartbeat',
  summary: 'Say that you are alive; optionally what you are doing and what you have used.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ activity: activity.optional(), usage: usage.optional() }),
  output: z.object({
    state: z.enum(AGENT_STATES),
    pending: z
      .object({
        messages: z.array(messageRecord),
        directives: z.array(z.looseObject({ id: z.string() })),
        answers: z.array(questionRecord),
        locks: z.array(lockRecord),
        task: taskRecord.optional(),
      })
      .optional(),
  }),
  examples: [
    { as: 'alice', input: { activity: { doing: 'reading tests', step: 1, total: 3 } }, output: { state: 'idle' } },
  ],
});

export const agentUpdate = command({
  name: 'agent.update',
  summary: 'Change what you told the hub about yourself.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({
    activity: activity.optional(),
    capabilities: capabilities.optional(),
    maxTasks: maxTasks.optional(),
    links: links.optional(),
  }),
  output: z.object({ agent: agentRecord }),
  examples: [
    {
      as: 'alice',
      input: { capabilities: ['typescript', 'sql'] },
      output: { agent: { id: 'alice', capabilities: ['typescript', 'sql'] } },
    },
  ],
});

export const agentLeave = command({
  name: 'agent.leave',
  summary: 'Leave cleanly: your tasks go back to pending and your locks are released at once.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ reason: line(200).optional() }),
  output: nothing,
  examples: [{ as: 'alice', input: { reason: 'done for today' }, output: {} }],
});

export const agentEvict = command({
  name: 'agent.evict',
  summary:
    'Remove an agent that does not answer; its tasks go back to pending, its locks are released unless you say otherwise.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ agentId, reason: text(500), releaseLocks: z.boolean().optional() }),
  output: z.object({ agent: agentRecord }),
  examples: [
    {
      as: 'human',
      input: { agentId: 'bob', reason: 'its machine is gone' },
      output: { agent: { id: 'bob', state: 'left' } },
    },
  ],
});

export const agentList = command({
  name: 'agent.list',
  summary: 'List the agents of the project.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput, state: z.enum(AGENT_STATES).optional(), role: role.optional() }),
  output: z.object({ agents: z.array(agentRecord), next }),
  examples: [{ as: 'alice', input: { limit: 1 }, output: { agents: [{ id: 'alice' }], next: 'alice' } }],
});

export const agentGet = command({
  name: 'agent.get',
  summary: 'Read one agent.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ agentId, ...readInput }),
  output: z.object({ agent: agentRecord }),
  examples: [
    {
      as: 'human',
      input: { agentId: 'alice' },
      output: { agent: { id: 'alice', role: 'speed_developer', state: 'idle' } },
    },
  ],
});

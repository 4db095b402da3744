import { z } from 'zod';
import { command, listInput, next, readInput } from '../command.ts';
import { agentId, projectId } from '../ids.ts';
import { ACCESS_ROLES, budgetUsd, projectRecord, tokenRecord } from '../records/hub.ts';
import { RETENTION_DEFAULTS, retention } from '../retention.ts';
import { line } from '../text.ts';
import { DAY_MS } from '../time.ts';

const accessRole = z.enum(ACCESS_ROLES);

export const projectCreate = command({
  name: 'project.create',
  summary: 'Create a project; `id` equals the one in the address. A `simulated` one is for made-up fleets.',
  access: 'admin',
  identity: 'any',
  kind: 'write',
  scope: 'hub',
  input: z.strictObject({ id: projectId, name: line(80).optional(), simulated: z.boolean().optional() }),
  output: z.object({ project: projectRecord }),
  examples: [
    {
      as: 'human',
      input: { id: 'acme-api', name: 'Acme API' },
      output: { project: { id: 'acme-api', name: 'Acme API' } },
    },
  ],
});

export const projectUpdate = command({
  name: 'project.update',
  summary:
    'Change the settings of the project: its name, how long what is over stays, and what its agents may spend together (null: no limit).',
  access: 'admin',
  identity: 'any',
  kind: 'write',
  scope: 'hub',
  input: z.strictObject({
    name: line(80).optional(),
    retention: retention
      .describe(`how long what is over stays, in milliseconds; any of ${Object.keys(RETENTION_DEFAULTS).join(', ')}`)
      .optional(),
    budgetUsd: budgetUsd.nullable().describe('dollars; null for no limit').optional(),
  }),
  output: z.object({ project: projectRecord }),
  examples: [
    { as: 'human', input: { name: 'Acme API v2' }, output: { project: { name: 'Acme API v2' } } },
    {
      as: 'human',
      input: { retention: { finishedTasksMs: 86_400_000 }, budgetUsd: 50 },
      output: { project: { retention: { finishedTasksMs: 86_400_000 }, budgetUsd: 50 } },
    },
  ],
});

export const projectExport = command({
  name: 'project.export',
  summary:
    'Where everything of the project can be downloaded, as one JSON object a line (GET, with the same token), and how many records that is.',
  access: 'admin',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...readInput }),
  output: z.object({ url: z.string(), records: z.int() }),
  examples: [{ as: 'human', input: {}, output: { url: '/api/v1/projects/example/export' } }],
});

export const projectRemove = command({
  name: 'project.remove',
  summary: 'Remove a simulated project and all that is in it: the one of the address unless named. Real ones stay.',
  access: 'admin',
  identity: 'any',
  kind: 'write',
  scope: 'hub',
  input: z.strictObject({ projectId: projectId.optional() }),
  output: z.object({ project: projectRecord }),
  examples: [
    {
      before: [{ as: 'human', command: 'project.create', input: { id: 'acme-api', simulated: true } }],
      as: 'human',
      input: { projectId: 'acme-api' },
      output: { project: { id: 'acme-api', simulated: true, removing: true } },
    },
  ],
});

export const projectList = command({
  name: 'project.list',
  summary: 'List the projects you may see.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  scope: 'hub',
  input: z.strictObject({ ...listInput, ...readInput }),
  output: z.object({ projects: z.array(projectRecord), next }),
  examples: [{ as: 'alice', input: { limit: 1 }, output: { projects: [{ kind: 'project' }] } }],
});

export const projectGet = command({
  name: 'project.get',
  summary: 'Read the project of the address.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  scope: 'hub',
  input: z.strictObject({ projectId: projectId.optional(), ...readInput }),
  output: z.object({ project: projectRecord }),
  examples: [{ as: 'alice', input: {}, output: { project: { kind: 'project' } } }],
});

export const tokenCreate = command({
  name: 'token.create',
  summary: 'Make a token, shown once. Agents need a project; people have a name.',
  access: 'admin',
  identity: 'any',
  kind: 'write',
  scope: 'hub',
  input: z
    .strictObject({
      role: accessRole,
      name: line(80).optional(),
      project: projectId.optional(),
      agentId: agentId.optional(),
      expiresMs: z
        .int()
        .min(1_000)
        .max(10 * 365 * DAY_MS)
        .optional(),
    })
    .refine((t) => t.role !== 'agent' || t.project !== undefined, {
      path: ['project'],
      message: 'an agent token needs a project',
    })
    .refine((t) => t.role === 'agent' || t.name !== undefined, {
      path: ['name'],
      message: 'a token for a person needs a name',
    })
    .refine((t) => t.role === 'agent' || t.agentId === undefined, {
      path: ['agentId'],
      message: 'only agent tokens are bound to an agent id',
    }),
  output: z.object({ tokenId: z.string(), token: z.string() }),
  examples: [{ as: 'human', input: { role: 'viewer', name: 'Wall' }, output: {} }],
});

export const tokenLink = command({
  name: 'token.link',
  summary: 'Make a link to the control room that works once, within 15 minutes.',
  access: 'admin',
  identity: 'any',
  kind: 'write',
  scope: 'hub',
  input: z.strictObject({ role: accessRole.exclude(['agent']), name: line(80), project: projectId.optional() }),
  output: z.object({ url: z.string() }),
  examples: [{ as: 'human', input: { role: 'operator', name: 'Kim' }, output: {} }],
});

export const tokenList = command({
  name: 'token.list',
  summary: 'List tokens and browser sessions; secrets are never shown again.',
  access: 'admin',
  identity: 'any',
  kind: 'read',
  scope: 'hub',
  input: z.strictObject({ ...listInput, ...readInput }),
  output: z.object({ tokens: z.array(tokenRecord), next }),
  examples: [{ as: 'human', input: { limit: 1 }, output: { tokens: [{ kind: 'token' }] } }],
});

export const tokenRevoke = command({
  name: 'token.revoke',
  summary: 'Revoke a token or session; its connections are closed.',
  access: 'admin',
  identity: 'any',
  kind: 'write',
  scope: 'hub',
  input: z.strictObject({ tokenId: z.string().min(1).max(80) }),
  output: z.object({ token: tokenRecord }),
  examples: [{ as: 'human', input: { tokenId: 'k3x9f0001' }, output: { token: { kind: 'token' } } }],
});

import { z } from 'zod';
import { projectId } from '../ids.ts';
import { retention } from '../retention.ts';
import { at, recordBase } from './base.ts';

/** Records of the reserved project `_hub`: they belong to the hub as a whole. */
export const ACCESS_ROLES = ['admin', 'operator', 'viewer', 'agent'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

export const budgetUsd = z.number().positive().max(1_000_000_000);

export const projectRecord = z.object({
  ...recordBase('project', projectId),
  name: z.string(),
  /** Its fleet is made up, for load tests and demonstrations: said wherever the project is shown, and it can be removed. */
  simulated: z.boolean().optional(),
  /** Gone for everybody; kept only until its data is deleted. */
  removing: z.boolean().optional(),
  /** Where it differs from the defaults. */
  retention: retention.optional(),
  /** What its agents may spend together, by their own reports. */
  budgetUsd: budgetUsd.optional(),
  createdBy: z.string(),
  createdAt: at,
});
export type ProjectRecord = z.infer<typeof projectRecord>;

/** A token or a browser session. The secret itself is derived from the hub key and never stored. */
export const tokenRecord = z.object({
  ...recordBase('token'),
  role: z.enum(ACCESS_ROLES),
  name: z.string(),
  project: projectId.optional(),
  agentId: z.string().optional(),
  use: z.enum(['token', 'session']),
  /** The token a session was opened with: it ends with that one; `owner-token` is that of the owner, which is no record. */
  openedWith: z.string().optional(),
  createdBy: z.string(),
  createdAt: at,
  expiresAt: at.optional(),
});
export type TokenRecord = z.infer<typeof tokenRecord>;

/** A link that can be exchanged once for a session; `id` is the hash of its code. */
export const linkRecord = z.object({
  ...recordBase('link'),
  role: z.enum(ACCESS_ROLES),
  name: z.string(),
  project: projectId.optional(),
  expiresAt: at,
});

/** Which key the hub's tokens are derived with, so that no node with another one can join. The key itself is never stored. */
export const hubKeyRecord = z.object({ ...recordBase('hubKey'), fingerprint: z.string() });

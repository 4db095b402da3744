import { z } from 'zod';
import { agentId } from '../ids.ts';
import { line } from '../text.ts';
import { HEARTBEAT_MAX_MS, HEARTBEAT_MIN_MS } from '../time.ts';
import { at, clock, link, recordBase } from './base.ts';

/** The one word for an agent: the first of these that holds. */
export const AGENT_STATES = [
  'left',
  'lost',
  'asking',
  'late',
  'paused',
  'draining',
  'waiting',
  'working',
  'idle',
] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export const activity = z.strictObject({
  doing: line(200),
  step: z.int().min(0).max(100_000).optional(),
  total: z.int().min(0).max(100_000).optional(),
  next: line(200).optional(),
  expectLongMs: z.int().min(0).max(86_400_000).optional(),
});
export type Activity = z.infer<typeof activity>;

/** Totals since the agent's process started. */
export const usage = z.strictObject({
  tokensIn: z.int().nonnegative(),
  tokensOut: z.int().nonnegative(),
  costUsd: z.number().nonnegative(),
});
export type Usage = z.infer<typeof usage>;

export const capabilities = z.array(line(64)).max(64);
export const links = z.array(link).max(8);
export const role = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a role is 1–40 of a–z 0–9 _ and starts with a letter');
export const maxTasks = z.int().min(1).max(100);

/** What an agent says of itself when it registers. */
export const agentProfile = z.strictObject({
  id: agentId,
  role,
  capabilities: capabilities.optional(),
  name: line(80).optional(),
  instance: z.string().min(1).max(64).optional(),
  takeover: z.boolean().optional(),
  client: line(80).optional(),
  version: line(40).optional(),
  host: line(255).optional(),
  pid: z.int().nonnegative().optional(),
  cwd: line(1_000).optional(),
  branch: line(255).optional(),
  links: links.optional(),
  accepts: z.enum(['push', 'pull', 'none']).optional(),
  maxTasks: maxTasks.optional(),
  heartbeatEveryMs: z.int().min(HEARTBEAT_MIN_MS).max(HEARTBEAT_MAX_MS).optional(),
});
export type AgentProfile = z.infer<typeof agentProfile>;

export const agentRecord = z.object({
  ...recordBase('agent', agentId),
  name: z.string().optional(),
  role,
  capabilities,
  client: z.string().optional(),
  version: z.string().optional(),
  host: z.string().optional(),
  pid: z.int().optional(),
  cwd: z.string().optional(),
  branch: z.string().optional(),
  links: links.optional(),
  accepts: z.enum(['push', 'pull', 'none']),
  maxTasks,
  /** Digest of what its process made once: another one under the same id, or another token, is another process. */
  instance: z.string().optional(),
  state: z.enum(AGENT_STATES),
  stateAt: at,
  waitingFor: z.object({ kind: z.string(), id: z.string() }).optional(),
  stalled: z.boolean(),
  /** The facts the state is derived from, beside questions, claims and tasks. */
  presence: z.enum(['present', 'late', 'lost', 'left']),
  paused: z.boolean(),
  /** A person lets it finish what it has, and it is given nothing more. */
  draining: z.literal(true).optional(),
  connected: z.boolean(),
  /** The token it registered with; not there for the owner's. Over HTTP only the same token speaks for it. */
  tokenId: z.string().optional(),
  /** How it is connected: HTTP callers have no socket that could close. */
  via: z.enum(['socket', 'http']),
  connection: z.int(),
  node: z.string(),
  heartbeatEveryMs: z.int(),
  /** When it last took a live connection over, so that two processes cannot do it to each other for ever. */
  takeoverClock: clock.optional(),
  activity: activity.optional(),
  activityAt: at.optional(),
  evidenceAt: at.optional(),
  taskIds: z.array(z.string()),
  usage: usage.optional(),
  /** 0–100 from the `n` tasks it has ended; null while there are too few to say. */
  score: z.object({ value: z.number().nullable(), n: z.int() }),
  /** What the `n` samples of the score add up to. */
  points: z.int().optional(),
  /** Folders of the files of its latest tasks, newest first. */
  recentFolders: z.array(z.string()).max(8).optional(),
  doneLast24h: z.int(),
  /** Tasks completed per hour since 1970, of the last day: what `doneLast24h` is the sum of. */
  doneByHour: z.array(z.tuple([z.int(), z.int()])),
  registeredAt: at,
});
export type AgentRecord = z.infer<typeof agentRecord>;

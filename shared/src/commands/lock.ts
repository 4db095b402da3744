import { z } from 'zod';
import { command, listInput, next, nothing, readInput } from '../command.ts';
import { agentId, fence, lockId, taskId } from '../ids.ts';
import { PATHS_PER_CLAIM } from '../limits.ts';
import { claimPath } from '../paths.ts';
import { lockMode, lockRecord } from '../records/lock.ts';
import { line, text } from '../text.ts';
import { LEASE_MAX_MS, LEASE_MIN_MS, WAIT_MAX_MS } from '../time.ts';

/** People find it in the list of the locks. */
const sameFence = fence.describe(
  'the fence of the lock, as it was given with it or as `lock.list` shows it: proof that nobody else got it meanwhile',
);
const ttlMs = z.int().min(LEASE_MIN_MS).max(LEASE_MAX_MS);
/** Stands for the one alice was given. */
const FENCE_IN_EXAMPLES = '1750000000.7';
const claimed = [{ as: 'alice', command: 'lock.claim', input: { paths: ['src/auth/'] } }] as const;

export const granted = z.object({
  granted: z.literal(true),
  lockId,
  fence,
  paths: z.array(z.string()),
  expiresInMs: z.int(),
});
export const queued = z.object({ granted: z.literal(false), lockId, position: z.int() });

export const lockClaim = command({
  name: 'lock.claim',
  summary:
    'Claim files, folders (`src/`) or globs before you write them: all of them or none. With `waitMs` you wait in line.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({
    paths: z.array(claimPath).min(1).max(PATHS_PER_CLAIM),
    mode: lockMode.optional(),
    ttlMs: ttlMs.optional(),
    reason: line(200).optional(),
    taskId: taskId.optional(),
    waitMs: z.int().min(0).max(WAIT_MAX_MS).optional(),
  }),
  output: z.union([granted, queued]),
  examples: [
    {
      as: 'alice',
      input: { paths: ['src/auth/', 'README.md'], reason: 'new login' },
      output: { granted: true, lockId: 'L-1', paths: ['src/auth/**', 'README.md'], expiresInMs: 120_000 },
    },
    {
      before: claimed,
      as: 'bob',
      input: { paths: ['src/auth/login.ts'], waitMs: 60_000 },
      output: { granted: false, lockId: 'L-2', position: 1 },
    },
  ],
});

export const lockRenew = command({
  name: 'lock.renew',
  summary: 'Renew a lease, or without `lockId` all of yours. Renew at a third of the lease.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ lockId: lockId.optional(), fence: fence.optional(), ttlMs: ttlMs.optional() }),
  output: z.object({ locks: z.array(z.object({ lockId, fence, expiresInMs: z.int() })) }),
  examples: [
    {
      before: claimed,
      as: 'alice',
      input: { ttlMs: 60_000 },
      output: { locks: [{ lockId: 'L-1', expiresInMs: 60_000 }] },
    },
  ],
});

export const lockRelease = command({
  name: 'lock.release',
  summary:
    'Release a lock you hold (with its fence), or withdraw a waiting claim (without). People take a lock away with `lock.forceRelease` and a reason.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ lockId, fence: sameFence.optional() }),
  output: nothing,
  examples: [
    {
      before: [...claimed, { as: 'bob', command: 'lock.claim', input: { paths: ['src/**'], waitMs: 60_000 } }],
      as: 'bob',
      input: { lockId: 'L-2' },
      output: {},
    },
  ],
});

export const lockTransfer = command({
  name: 'lock.transfer',
  summary:
    'Hand a lock you hold, or as a person anybody’s, to another agent that is there: it is free at no moment, and whoever waits for it goes on waiting.',
  access: 'member',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ lockId, fence: sameFence, to: agentId.describe('the agent that gets it, and is there') }),
  output: z.object({ lock: lockRecord }),
  examples: [
    {
      before: claimed,
      as: 'alice',
      input: { lockId: 'L-1', fence: FENCE_IN_EXAMPLES, to: 'bob' },
      output: { lock: { id: 'L-1', holder: 'bob' } },
    },
  ],
});

export const lockForceRelease = command({
  name: 'lock.forceRelease',
  summary: 'Take a lock away from its holder. Its fence is refused from then on; the reason is kept.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ lockId, reason: text(500).describe('why; its holder and the history are told') }),
  output: z.object({ lock: lockRecord }),
  examples: [
    {
      before: claimed,
      as: 'human',
      input: { lockId: 'L-1', reason: 'alice is stuck' },
      output: { lock: { id: 'L-1', holder: 'alice' } },
    },
  ],
});

export const lockCheck = command({
  name: 'lock.check',
  summary: 'Ask who holds paths; with a fence, whether it is still the newest. Never answered from a stale copy.',
  access: 'viewer',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ paths: z.array(claimPath).min(1).max(PATHS_PER_CLAIM), fence: fence.optional() }),
  output: z.object({
    paths: z.array(
      z.object({
        path: z.string(),
        holder: z.string().optional(),
        mode: lockMode.optional(),
        mine: z.boolean(),
        expiresInMs: z.int().optional(),
        fence: fence.optional(),
      }),
    ),
  }),
  examples: [
    {
      before: claimed,
      as: 'bob',
      input: { paths: ['src/auth/login.ts', 'docs/x.md'] },
      output: {
        paths: [
          { path: 'src/auth/login.ts', holder: 'alice', mode: 'exclusive', mine: false },
          { path: 'docs/x.md', mine: false },
        ],
      },
    },
  ],
});

export const lockList = command({
  name: 'lock.list',
  summary: 'List the locks that are held.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput, holder: z.string().max(80).optional() }),
  output: z.object({ locks: z.array(lockRecord), next }),
  examples: [
    {
      before: claimed,
      as: 'human',
      input: { holder: 'alice' },
      output: { locks: [{ id: 'L-1', paths: ['src/auth/**'] }] },
    },
  ],
});

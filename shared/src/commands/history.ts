import { z } from 'zod';
import { command, listInput, next, readInput } from '../command.ts';
import { at } from '../records/base.ts';
import { RECORD_SCHEMAS } from '../records.ts';
import { HUB_KINDS, VISIBLE_KINDS } from '../visible-kinds.ts';

const KINDS_IN_HISTORY = [...VISIBLE_KINDS, ...HUB_KINDS] as const;
/** How many changes of one event are named, and how many of its records come along. */
export const CHANGES_NAMED = 20;

const change = z.object({ kind: z.enum(KINDS_IN_HISTORY), id: z.string(), removed: z.literal(true).optional() });
const event = z.object({
  epoch: z.int(),
  seq: z.int(),
  at,
  /** An agent's id, `human:NAME` or `hub`. */
  actor: z.string(),
  command: z.string(),
  /** Why, in the words of whoever did it. */
  reason: z.string().optional(),
  changes: z.array(change),
  /** How many further changes are not named here. */
  more: z.int().optional(),
  /** With `kind`, and always of the hub itself: what those records became, long text left out. */
  records: z.array(z.union(KINDS_IN_HISTORY.map((kind) => RECORD_SCHEMAS[kind]))).optional(),
});
export type HistoryEvent = z.infer<typeof event>;

export const historyList = command({
  name: 'history.list',
  summary:
    'What happened, newest first, as far back as the log reaches. A page may have few events or none: as long as there is a `next`, there are older ones. Heartbeats, renewals and deliveries come only when `command` asks for them.',
  access: 'viewer',
  // The hub's own project: tokens, links, people, projects.
  ofHub: 'admin',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({
    ...listInput,
    ...readInput,
    after: z
      .string()
      .regex(/^\d{1,15}-\d{1,15}\.\d{1,15}$/, 'the `next` of an answer')
      .optional(),
    /** Only events that changed such a record. */
    kind: z.enum(KINDS_IN_HISTORY).optional(),
    /** Only events of this agent id, `human:NAME` or `hub`; `people` for everybody who is one. */
    actor: z.string().min(1).max(90).optional(),
    command: z.string().min(1).max(80).optional(),
  }),
  output: z.object({ events: z.array(event), next }),
  examples: [
    {
      before: [
        { as: 'alice', command: 'lock.claim', input: { paths: ['src/auth/'], reason: 'new login' } },
        { as: 'human', command: 'lock.forceRelease', input: { lockId: 'L-1', reason: 'alice is stuck' } },
      ],
      as: 'human',
      input: { actor: 'people', kind: 'lock' },
      output: {
        events: [
          {
            actor: 'human:owner',
            command: 'lock.forceRelease',
            reason: 'alice is stuck',
            changes: [{ kind: 'lock', id: 'L-1', removed: true }],
            records: [],
          },
        ],
      },
    },
    {
      before: [{ as: 'alice', command: 'lock.claim', input: { paths: ['src/auth/'] } }],
      as: 'bob',
      input: { kind: 'lock', limit: 1 },
      output: { events: [{ actor: 'alice', command: 'lock.claim', records: [{ id: 'L-1', holder: 'alice' }] }] },
    },
  ],
});

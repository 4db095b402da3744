import { z } from 'zod';
import type { Welcome } from './commands/agent.ts';
import type { ErrorBody } from './errors.ts';
import { projectId } from './ids.ts';
import { type Activity, agentProfile } from './records/agent.ts';
import type { DirectiveRecord } from './records/directive.ts';
import type { MessageRecord } from './records/message.ts';
import type { QuestionRecord } from './records/question.ts';
import type { TaskRecord } from './records/task.ts';
import type { VisibleKind, VisibleRecord } from './records.ts';

const seen = z.strictObject({ epoch: z.int().nonnegative(), seq: z.int().nonnegative() });
export type Cursor = z.infer<typeof seen>;

/** `auth` of the /agent handshake. Unknown fields are ignored here so that newer clients can say more. */
export const agentHandshake = z.object({
  token: z.string().max(500),
  project: projectId,
  protocol: z.int(),
  agent: agentProfile,
  seen: seen.optional(),
});
export type AgentHandshake = z.input<typeof agentHandshake>;

export const controlHandshake = z.object({ token: z.string().max(500).optional() });
export const subscribeInput = z.strictObject({ project: projectId, cursor: seen.optional() });

export type Ok<T> = { ok: true; epoch: number; seq: number } & T;
export interface Failed {
  ok: false;
  error: ErrorBody;
}
export type Ack<T> = Ok<T> | Failed;

/** Whoever is behind a /control connection, so that the page knows what to offer. */
export interface SubscribeAnswer {
  mode: 'resumed' | 'snapshot';
  you: { name: string; role: string };
  durability: string;
}

export interface SnapshotFrame {
  epoch: number;
  seq: number;
  clock: number;
  part: number;
  of: number;
  records: VisibleRecord[];
}
export interface DiffFrame {
  epoch: number;
  from: number;
  to: number;
  clock: number;
  at: number;
  puts: VisibleRecord[];
  removes: (readonly [VisibleKind, string])[];
  causedBy?: string[];
}
export interface BeatFrame {
  epoch: number;
  seq: number;
  node: string;
  clock: number;
  digest: string;
  serverTime: number;
  eventsPerSecond: number;
  /** Control rooms connected to this project at this node. */
  viewers: number;
}
export interface PresenceFrame {
  agents: [agentId: string, ageMs: number, activity?: Activity][];
}

/** Server → control room. */
export interface ControlEvents {
  snapshot: (frame: SnapshotFrame) => void;
  diff: (frame: DiffFrame) => void;
  beat: (frame: BeatFrame) => void;
  presence: (frame: PresenceFrame) => void;
  draining: (frame: { reconnectAfterMs: number }) => void;
}

export type LockLostReason = 'EXPIRED' | 'TIMEOUT' | 'FORCED' | 'EVICTED' | 'TRANSFERRED' | 'EPOCH';
export type WithdrawnReason = 'NOT_STARTED' | 'REASSIGNED' | 'CANCELLED';

/** Server → agent. `inbox` and `directive` frames are acknowledged by the client: that is the evidence of delivery. */
export interface AgentEvents {
  welcome: (welcome: Welcome) => void;
  inbox: (frame: { messages: MessageRecord[] }) => void;
  directive: (frame: { directive: DirectiveRecord }, ack: (answer?: unknown) => void) => void;
  'task.assigned': (frame: { task: TaskRecord }) => void;
  'task.withdrawn': (frame: { taskId: string; attempt: number; reason: WithdrawnReason }) => void;
  /** `from`: whoever held it until now, when it was handed over; `claims`: those of yours that it answers, if any. */
  'lock.granted': (frame: {
    lockId: string;
    fence: string;
    paths: string[];
    expiresInMs: number;
    from?: string | undefined;
    claims?: string[] | undefined;
  }) => void;
  'lock.lost': (frame: { lockId: string; reason: LockLostReason }) => void;
  'question.answered': (frame: { question: QuestionRecord }) => void;
  draining: (frame: { reconnectAfterMs: number }) => void;
  /** A person removed the agent: its connection is closed, and it must not come back by itself. */
  evicted: (frame: { by: string; reason: string }) => void;
  superseded: (frame: { by: number }) => void;
}

import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import type { DirectiveRecord, ReceiptRecord } from '@signalbox/shared/records/directive';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import type { TaskRecord } from '@signalbox/shared/records/task';

const AT = 1_700_000_000_000;

export const agent = (id: string, change: Partial<AgentRecord> = {}): AgentRecord => ({
  kind: 'agent',
  id,
  rev: 1,
  role: 'speed_developer',
  capabilities: [],
  accepts: 'push',
  maxTasks: 1,
  state: 'idle',
  stateAt: AT,
  stalled: false,
  presence: 'present',
  paused: false,
  connected: true,
  via: 'socket',
  connection: 1,
  node: 'n1',
  heartbeatEveryMs: 15_000,
  taskIds: [],
  score: { value: null, n: 0 },
  doneLast24h: 0,
  doneByHour: [],
  registeredAt: AT,
  ...change,
});

export const task = (id: string, change: Partial<TaskRecord> = {}): TaskRecord => ({
  kind: 'task',
  id,
  rev: 1,
  title: `Title of ${id}`,
  type: 'code',
  priority: 3,
  dependencies: [],
  files: [],
  requires: [],
  estimatedMinutes: null,
  review: false,
  status: 'pending',
  assignee: null,
  attempt: 0,
  failures: 0,
  losses: 0,
  maxAttempts: 3,
  progress: 0,
  createdBy: 'alice',
  createdAt: AT,
  attempts: [],
  bodies: {},
  ...change,
});

export const lock = (id: string, holder: string, paths: string[] = ['src/a.ts']): LockRecord => ({
  kind: 'lock',
  id,
  rev: 1,
  paths,
  mode: 'exclusive',
  holder,
  fence: '1.1',
  since: AT,
  ttlMs: 120_000,
  expiresClock: 120_000,
  waiters: [],
});

export const waiter = (id: string, agentId: string, change: Partial<WaiterRecord> = {}): WaiterRecord => ({
  kind: 'waiter',
  id,
  rev: 1,
  paths: ['src/a.ts'],
  mode: 'exclusive',
  agentId,
  since: AT,
  ttlMs: 120_000,
  waitClock: 600_000,
  blockedBy: ['L-1'],
  ...change,
});

export const message = (id: string, change: Partial<MessageRecord> = {}): MessageRecord => ({
  kind: 'message',
  id,
  rev: 1,
  from: 'alice',
  to: 'bob',
  recipients: ['bob'],
  type: 'note',
  at: AT,
  bodies: { body: id },
  ...change,
});

export const question = (id: string, change: Partial<QuestionRecord> = {}): QuestionRecord => ({
  kind: 'question',
  id,
  rev: 1,
  from: 'alice',
  state: 'open',
  body: 'Drop legacy tokens?',
  blocking: true,
  at: AT,
  ...change,
});

export const alarm = (id: string, change: Partial<AlarmRecord> = {}): AlarmRecord => ({
  kind: 'alarm',
  id,
  rev: 1,
  code: 'AGENT_LOST',
  priority: 2,
  subject: { kind: 'agent', id: 'bob' },
  summary: 'bob is lost and holds 2 locks',
  raisedAt: AT,
  state: 'unacked',
  ...change,
});

export const directive = (id: string, change: Partial<DirectiveRecord> = {}): DirectiveRecord => ({
  kind: 'directive',
  id,
  rev: 1,
  from: 'human:AK',
  to: 'all',
  action: 'say',
  mode: 'steer',
  expiresClock: 7_200_000,
  expired: false,
  at: AT,
  counts: {},
  ...change,
});

export const receipt = (directiveId: string, agentId: string, change: Partial<ReceiptRecord> = {}): ReceiptRecord => ({
  kind: 'receipt',
  id: `${directiveId}:${agentId}`,
  rev: 1,
  directiveId,
  agentId,
  state: 'queued',
  at: AT,
  times: { queued: AT },
  ...change,
});

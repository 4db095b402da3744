import type { LockLostReason, WithdrawnReason } from '@signalbox/shared/protocol';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { LockRecord } from '@signalbox/shared/records/lock';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { CLOCK_MARGIN_MS } from '@signalbox/shared/time';
import type { Transaction } from '@signalbox/shared/transaction';
import type { RecordChange } from '../domain/record-change.ts';
import type { Committed } from '../ledger/ledger.ts';

/** What an agent is told because of a committed transaction; long text is added when it is sent. */
export type Push = { agentId: string } & (
  | { event: 'inbox'; message: MessageRecord }
  | { event: 'directive'; directiveId: string }
  | { event: 'task.assigned'; task: TaskRecord }
  | { event: 'task.withdrawn'; taskId: string; attempt: number; reason: WithdrawnReason }
  | {
      event: 'lock.granted';
      lockId: string;
      fence: string;
      paths: string[];
      expiresInMs: number;
      from?: string | undefined;
      claims?: string[] | undefined;
    }
  | { event: 'lock.lost'; lockId: string; reason: LockLostReason }
  | { event: 'question.answered'; question: QuestionRecord }
  /** Not a frame for the agent's connection but for every older one. */
  | { event: 'superseded'; by: number }
  /** The last it hears. `seq`: connections from then on are others. */
  | { event: 'evicted'; by: string; reason: string; seq: number }
  /** Not a frame: whoever leaves by itself has an answer. */
  | { event: 'left'; seq: number }
);

export function pushesOf({ tx, changes }: Committed): Push[] {
  if (TELLS_NOBODY.has(tx.command)) return NOTHING;
  const granted = new Set(
    changes.flatMap(({ kind, id, before }) => (kind === 'lock' && before === undefined ? [id] : [])),
  );
  const answered = tx.command === 'lock.transfer' ? changes.flatMap(endedClaim) : NOTHING_ENDED;
  return changes.flatMap((change) => pushesOfChange(tx, change, { granted, answered }));
}

const endedClaim = ({ kind, id, after }: RecordChange): string[] =>
  kind === 'waiter' && after === undefined ? [id] : [];
const NOTHING_ENDED: string[] = [];

/** Claims that became locks, and those that a lock handed over answers. */
interface Settled {
  granted: ReadonlySet<string>;
  answered: string[];
}

/** What an agent does with its own leases, and the clock: most of what is committed. */
const TELLS_NOBODY: ReadonlySet<string> = new Set(['lock.claim', 'lock.renew', 'tick']);
const NOTHING: Push[] = [];

function pushesOfChange(tx: Transaction, { before, after }: RecordChange, { granted, answered }: Settled): Push[] {
  switch ((after ?? before)?.kind) {
    case 'agent':
      return after?.kind === 'agent' && before?.kind === 'agent' ? ended(tx, before, after) : [];
    case 'task':
      return [...withdrawn(tx, asTask(before), asTask(after)), ...assigned(asTask(before), asTask(after))];
    case 'lock':
      if (before === undefined && after?.kind === 'lock' && tx.command === 'lock.grant') return [grantOf(after, tx)];
      if (before?.kind === 'lock' && after?.kind === 'lock' && before.holder !== after.holder)
        return [...lost(tx, before.id, before.holder), handed(grantOf(after, tx), before.holder, answered)];
      return before?.kind === 'lock' && after === undefined ? lost(tx, before.id, before.holder) : [];
    case 'waiter':
      return before?.kind === 'waiter' &&
        after === undefined &&
        !granted.has(before.id) &&
        !answered.includes(before.id)
        ? lost(tx, before.id, before.agentId)
        : [];
    case 'message':
      return before === undefined && after?.kind === 'message'
        ? after.recipients.map((agentId) => ({ agentId, event: 'inbox', message: after }))
        : [];
    case 'receipt':
      return before === undefined && after?.kind === 'receipt' && after.state === 'queued'
        ? [{ agentId: after.agentId, event: 'directive', directiveId: after.directiveId }]
        : [];
    case 'question':
      return before?.kind === 'question' &&
        before.state === 'open' &&
        after?.kind === 'question' &&
        after.state === 'answered'
        ? [{ agentId: after.from, event: 'question.answered', question: after }]
        : [];
    default:
      return [];
  }
}

function ended(tx: Transaction, before: AgentRecord, after: AgentRecord): Push[] {
  const agentId = after.id;
  if (after.connection !== before.connection) return [{ agentId, event: 'superseded', by: after.connection }];
  if (after.state !== 'left' || before.state === 'left') return [];
  const { actor: by, reason = '', seq } = tx;
  return [
    tx.command === 'agent.evict' ? { agentId, event: 'evicted', by, reason, seq } : { agentId, event: 'left', seq },
  ];
}

const asTask = (record: RecordChange['before']): TaskRecord | undefined =>
  record?.kind === 'task' ? record : undefined;

/** Who has the task, if anybody: assigned to it or working on it. */
const holderOf = (task: TaskRecord | undefined): string | undefined =>
  task !== undefined && (task.status === 'pending' || task.status === 'in_progress')
    ? (task.assignee ?? undefined)
    : undefined;

function assigned(before: TaskRecord | undefined, after: TaskRecord | undefined): Push[] {
  const agentId = holderOf(after);
  // Taken by `task.next` it is in progress at once, and the answer brought it.
  if (after === undefined || agentId === undefined || after.status !== 'pending') return [];
  return holderOf(before) === agentId && before?.attempt === after.attempt
    ? []
    : [{ agentId, event: 'task.assigned', task: after }];
}

function withdrawn(tx: Transaction, before: TaskRecord | undefined, after: TaskRecord | undefined): Push[] {
  const agentId = holderOf(before);
  if (before === undefined || agentId === undefined || agentId === tx.actor) return [];
  if (holderOf(after) === agentId && after?.attempt === before.attempt) return [];
  const reason = after?.status === 'cancelled' ? 'CANCELLED' : (WITHDRAWN_BY[tx.command] ?? 'REASSIGNED');
  return [{ agentId, event: 'task.withdrawn', taskId: before.id, attempt: before.attempt, reason }];
}

const WITHDRAWN_BY: Record<string, WithdrawnReason> = { 'task.notStarted': 'NOT_STARTED', 'task.cancel': 'CANCELLED' };

const grantOf = ({ id, holder, fence, paths, expiresClock }: LockRecord, { clock }: Transaction) => ({
  agentId: holder,
  event: 'lock.granted' as const,
  lockId: id,
  fence,
  paths,
  expiresInMs: Math.max(0, expiresClock - CLOCK_MARGIN_MS - clock),
});

const handed = (grant: ReturnType<typeof grantOf>, from: string, claims: string[]) => ({
  ...grant,
  from,
  ...(claims.length > 0 && { claims }),
});

/** A lock or a place in line that ended by somebody else's doing. */
const lost = (tx: Transaction, lockId: string, agentId: string): Push[] =>
  tx.actor === agentId ? [] : [{ agentId, event: 'lock.lost', lockId, reason: LOST_BY[tx.command] ?? 'FORCED' }];

const LOST_BY: Record<string, LockLostReason> = {
  'lock.expire': 'EXPIRED',
  'lock.timeout': 'TIMEOUT',
  'lock.forceRelease': 'FORCED',
  'lock.transfer': 'TRANSFERRED',
  'agent.evict': 'EVICTED',
  'agent.presence': 'EXPIRED',
};

import type { CheckedRecord } from '../history/facts.ts';
import type { History, LoggedTransaction } from '../history/history.ts';
import type { Violation } from './violation.ts';

type Lock = Extract<CheckedRecord, { kind: 'lock' }>;
type Task = Extract<CheckedRecord, { kind: 'task' }>;

/** Whatever anybody knew: what carries a fence or an attempt finds the lock or the task just so before its transaction. */
export function checkStaleInLog(history: History): Violation[] {
  const before: Before = { history, locks: new Map(), tasks: new Map() };
  const violations: Violation[] = [];
  for (const tx of history.transactions) {
    const why = wrongBefore(tx, before);
    if (why !== undefined)
      violations.push({
        rule: 'stale-writes',
        text: `seq ${tx.seq} of epoch ${tx.epoch}: ${tx.command} by ${tx.actor} was accepted, though ${why}`,
        at: tx.at,
      });
    for (const [kind, id] of tx.removes) {
      if (kind === 'lock') before.locks.delete(id);
      else if (kind === 'task') before.tasks.delete(id);
    }
    for (const record of tx.puts) {
      if (record.kind === 'lock') before.locks.set(record.id, record);
      else if (record.kind === 'task') before.tasks.set(record.id, record);
    }
  }
  return violations;
}

interface Before {
  history: History;
  locks: Map<string, Lock>;
  tasks: Map<string, Task>;
}

const FENCED: ReadonlySet<string> = new Set(['lock.renew', 'lock.release', 'lock.transfer']);

function wrongBefore({ causedBy, command, actor }: LoggedTransaction, before: Before): string | undefined {
  const { history, locks, tasks } = before;
  const asked = causedBy === undefined ? undefined : history.operation(causedBy)?.asked;
  const { lockId, fence, taskId, attempt } = asked ?? {};
  if (lockId !== undefined && FENCED.has(command)) {
    const lock = locks.get(lockId);
    // Without a fence it withdraws a claim in line.
    if (lock === undefined) return fence === undefined ? undefined : `${lockId} had ended`;
    if (fence !== lock.fence) return `${lockId} had the fence ${lock.fence}, and not ${fence ?? 'none'}`;
    if (lock.holder !== actor && history.lives.has(actor)) return `${lock.holder} held ${lockId}`;
  }
  const task = taskId === undefined || attempt === undefined ? undefined : tasks.get(taskId);
  if (task !== undefined && (task.attempt !== attempt || task.assignee !== actor))
    return `${taskId} was ${task.status} in attempt ${task.attempt} of ${task.assignee ?? 'nobody'}, and not in ${attempt}`;
  return undefined;
}

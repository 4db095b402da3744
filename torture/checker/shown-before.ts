import type { History, LoggedTransaction, Operation } from '../history/history.ts';
import { decidedAfter } from './decided-after.ts';
import { isBy } from './place.ts';

/**
 * Some commands write nothing when what they ask for is so already. Was it, when one without a transaction was answered?
 * The log has to show it by then.
 */
export function shownBefore(history: History): (operation: Operation) => boolean {
  const shown = firstShown(history);
  const boundOf = decidedAfter(history);
  return (operation) => {
    const { said, answeredAt } = operation;
    const wanted = wantedBy(operation);
    if (said === undefined || answeredAt === undefined || wanted === undefined) return false;
    return wanted.every((key) => {
      const tx = shown.get(key);
      return tx !== undefined && boundOf(tx) < answeredAt && isBy(tx, said);
    });
  };
}

const started = (taskId: string, attempt: number, agent: string): string => `start ${taskId} ${attempt} ${agent}`;
const assigned = (taskId: string, agent: string): string => `assign ${taskId} ${agent}`;
const acknowledged = (messageId: string, agent: string): string => `ack ${messageId} ${agent}`;

/** What has to be so; undefined for what always writes. */
function wantedBy({ command, asked, agent }: Operation): string[] | undefined {
  const { taskId, attempt, agentId, messageIds } = asked;
  if (command === 'message.ack') return messageIds?.map((id) => acknowledged(id, agent));
  if (command === 'task.start' && taskId !== undefined && attempt !== undefined)
    return [started(taskId, attempt, agent)];
  if (command === 'task.assign' && taskId !== undefined && agentId !== undefined) return [assigned(taskId, agentId)];
  return undefined;
}

function firstShown(history: History): Map<string, LoggedTransaction> {
  const shown = new Map<string, LoggedTransaction>();
  const show = (key: string, tx: LoggedTransaction): void => {
    if (!shown.has(key)) shown.set(key, tx);
  };
  for (const tx of history.transactions) {
    for (const record of tx.puts) {
      if (record.kind !== 'task' || record.assignee === null) continue;
      show(assigned(record.id, record.assignee), tx);
      if (record.status === 'in_progress') show(started(record.id, record.attempt, record.assignee), tx);
    }
    if (tx.command !== 'message.ack' || tx.causedBy === undefined) continue;
    const messageIds = history.operation(tx.causedBy)?.asked.messageIds ?? [];
    for (const id of messageIds) show(acknowledged(id, tx.actor), tx);
  }
  return shown;
}

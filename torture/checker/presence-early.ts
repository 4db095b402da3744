import type { History, LoggedTransaction, Operation } from '../history/history.ts';
import { silenceMs } from './silence.ts';
import { type Violation, when } from './violation.ts';

interface Loss {
  agent: string;
  tx: LoggedTransaction;
  silenceMs: number;
  /** It cannot have happened before this: what came before it in the log was only called then. */
  notBefore: number;
}

/**
 * Nobody is lost before its time: three of its heartbeats of silence, whatever restarts meanwhile. When a loss is read it
 * has already happened; so an agent was silent at most from its last sign of life to then. Reading late makes the rule
 * milder. A sign counts only when it surely came before the loss: its own transaction is earlier in the log, of whatever
 * epoch, or its answer was there when something earlier in the log was yet to be called. The `seq` of an answer alone
 * proves nothing: a hub may not know yet what another one has written.
 */
export function checkLostEarly(history: History): Violation[] {
  const losses = lossesIn(history);
  const signs = operationsOf(new Set(losses.map(({ agent }) => agent)), history.operations);
  const transactions = new Map<string, LoggedTransaction>();
  for (const tx of history.transactions)
    if (tx.causedBy !== undefined && !transactions.has(tx.causedBy)) transactions.set(tx.causedBy, tx);
  return losses.flatMap(({ agent, tx, silenceMs: allowed, notBefore }) => {
    let last: { command: string; from: number } | undefined;
    for (const operation of signs.get(agent) ?? []) {
      const from = sentBefore(operation, { tx, notBefore, own: transactions.get(operation.id) });
      if (from !== undefined && from > (last?.from ?? Number.NEGATIVE_INFINITY))
        last = { command: operation.command, from };
    }
    if (last === undefined || tx.at - last.from >= allowed) return [];
    return [
      {
        rule: 'presence' as const,
        text: `${agent} was lost at seq ${tx.seq} of epoch ${tx.epoch}, by ${when(tx.at)}; the hub had taken its ${last.command} sent at ${when(last.from)}, and it may be silent for ${allowed} ms`,
        at: tx.at,
      },
    ];
  });
}

function lossesIn({ transactions, operation }: History): Loss[] {
  const presences = new Map<string, string>();
  const losses: Loss[] = [];
  let notBefore = Number.NEGATIVE_INFINITY;
  for (const tx of transactions) {
    for (const put of tx.puts) {
      if (put.kind !== 'agent') continue;
      const before = presences.get(put.id);
      presences.set(put.id, put.presence);
      if (put.presence === 'lost' && before !== 'lost')
        losses.push({ agent: put.id, tx, silenceMs: silenceMs(put.heartbeatEveryMs), notBefore });
    }
    const cause = tx.causedBy === undefined ? undefined : operation(tx.causedBy);
    if (cause !== undefined) notBefore = Math.max(notBefore, cause.calledAt);
  }
  return losses;
}

function operationsOf(agents: ReadonlySet<string>, operations: readonly Operation[]): Map<string, Operation[]> {
  const own = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (!agents.has(operation.agent)) continue;
    const known = own.get(operation.agent);
    if (known === undefined) own.set(operation.agent, [operation]);
    else known.push(operation);
  }
  return own;
}

interface Before {
  tx: LoggedTransaction;
  notBefore: number;
  /** What the request itself has written. */
  own: LoggedTransaction | undefined;
}

/** When a request was sent, at the latest of what is certain, that the hub had taken before the loss; undefined when that is not. */
function sentBefore({ tries, calledAt, answeredAt }: Operation, { tx, notBefore, own }: Before): number | undefined {
  const answered = answeredAt === undefined || answeredAt > notBefore ? undefined : answeredAt;
  const from = answered === undefined ? undefined : tries.find(({ to }) => to === answered)?.from;
  // Which of its tries wrote it is not known: the first may have.
  return from ?? (own !== undefined && isBefore(own, tx) ? calledAt : undefined);
}

const isBefore = (a: LoggedTransaction, b: LoggedTransaction): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);

import { type History, hasLog, type LoggedTransaction, type Operation } from '../history/history.ts';
import { effectsOf } from './effects.ts';
import { shownBefore } from './shown-before.ts';
import { type Violation, when } from './violation.ts';

/**
 * An answer `ok` is in the log, once, as its sender's; what was refused is not. A repeated request is answered with the
 * seq of that moment, so an answer may be newer than its transaction but never older.
 */
export function checkAcknowledged(history: History): Violation[] {
  const violations: Violation[] = [];
  const report = (text: string, at: number) => violations.push({ rule: 'acknowledged', text, at });
  const effects = effectsOf(history);
  const isShown = shownBefore(history);
  for (const tx of history.transactions) {
    const first = tx.causedBy === undefined ? undefined : effects.get(tx.causedBy);
    if (first !== undefined && first !== tx)
      report(
        `${tx.command} ${tx.causedBy} of ${tx.actor} is in the log twice: at ${place(first)} and ${place(tx)}`,
        tx.at,
      );
  }
  for (const operation of history.operations) {
    const tx = effects.get(operation.id);
    const name = `${operation.command} ${operation.id} of ${operation.agent}, called at ${when(operation.calledAt)},`;
    const at = operation.answeredAt ?? operation.calledAt;
    if (tx === undefined) {
      if (operation.said !== undefined && hasLog(history) && writes(operation) && !isShown(operation))
        report(`${name} was answered ok at ${place(operation.said)}, and the log has no transaction of it`, at);
      continue;
    }
    if (operation.outcome === 'refused')
      report(`${name} was refused ${operation.code}, and the log has it at ${place(tx)}`, at);
    if (tx.actor !== operation.agent && tx.actor !== `human:${operation.agent}`)
      report(`${name} is in the log at ${place(tx)} as done by ${tx.actor}`, at);
    if (operation.said !== undefined && !fits(operation, tx))
      report(`${name} was answered ok at ${place(operation.said)}, and the log has it at ${place(tx)}`, at);
  }
  return violations;
}

const place = ({ epoch, seq }: { epoch: number; seq: number }): string => `seq ${seq} of epoch ${epoch}`;

function fits({ said, tries }: Operation, tx: LoggedTransaction): boolean {
  if (said === undefined) return true;
  if (said.epoch !== tx.epoch) return said.epoch > tx.epoch && said.seq >= tx.seq;
  return tries.length === 1 ? said.seq === tx.seq : said.seq >= tx.seq;
}

const READ = /\.(list|get|check|inbox|inboxes|thread|explain|verify|stats|query)$/;
/** These are in the log of the hub as a whole, and not of the project. */
const OF_HUB = /^(project|token)\./;

/** Has a request that was accepted changed the project? Also true of what changes nothing when it is so already. */
export function writes({ command, said, asked }: Operation): boolean {
  if (READ.test(command) || OF_HUB.test(command) || command === 'agent.heartbeat') return false;
  if (command === 'task.next') return said?.task !== null;
  if (command === 'lock.renew') return said?.locks?.length !== 0;
  if (command === 'task.progress') return asked.progress !== undefined || asked.activity !== undefined;
  return true;
}

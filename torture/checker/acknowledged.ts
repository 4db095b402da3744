import { type History, hasLog, type LoggedTransaction, type Operation } from '../history/history.ts';
import { type Violation, when } from './violation.ts';

/**
 * An answer `ok` is in the log, once, as its sender's; what was refused is not. A repeated request is answered with the
 * seq of that moment, so an answer may be newer than its transaction but never older.
 */
export function checkAcknowledged(history: History): Violation[] {
  const violations: Violation[] = [];
  const report = (text: string, at: number) => violations.push({ rule: 'acknowledged', text, at });
  const effects = new Map<string, LoggedTransaction>();
  for (const tx of history.transactions) {
    if (tx.causedBy === undefined) continue;
    const first = effects.get(tx.causedBy);
    if (first === undefined) effects.set(tx.causedBy, tx);
    else
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
      if (operation.said !== undefined && hasLog(history) && !writesNothing(operation) && !isOfHub(operation))
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
/** Says what is there already when nothing is left to change. */
const MAY_REPEAT: ReadonlySet<string> = new Set([
  'agent.heartbeat',
  'message.ack',
  'task.start',
  'task.assign',
  'directive.receipt',
]);

function writesNothing({ command, said, asked }: Operation): boolean {
  if (READ.test(command) || MAY_REPEAT.has(command)) return true;
  if (command === 'task.next') return said?.task === null;
  if (command === 'lock.renew') return said?.locks?.length === 0;
  if (command === 'task.progress') return asked.progress === undefined && asked.activity === undefined;
  return false;
}

/** These are in the log of the hub as a whole, and not of the project. */
const isOfHub = ({ command }: Operation): boolean => command.startsWith('project.') || command.startsWith('token.');

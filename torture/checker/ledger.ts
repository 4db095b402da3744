import type { History } from '../history/history.ts';
import type { Violation } from './violation.ts';

/** The log is one sequence: no number is missing or twice, and neither its epochs nor its clock go back. */
export function checkLedger({ transactions, contradictions }: History): Violation[] {
  const violations: Violation[] = contradictions.map(([a, b]) => ({
    rule: 'ledger',
    text: `seq ${a.seq} of epoch ${a.epoch} was read twice with different content: ${a.command} by ${a.actor}, and ${b.command} by ${b.actor}`,
    at: b.at,
  }));
  let last: History['transactions'][number] | undefined;
  for (const tx of transactions) {
    if (last !== undefined && tx.seq !== last.seq + 1)
      violations.push({
        rule: 'ledger',
        text: `after seq ${last.seq} of epoch ${last.epoch} the log has seq ${tx.seq} of epoch ${tx.epoch} (${tx.command} by ${tx.actor})`,
        at: tx.at,
      });
    if (last !== undefined && tx.clock < last.clock)
      violations.push({
        rule: 'ledger',
        text: `the clock of the log falls from ${last.clock} at seq ${last.seq} to ${tx.clock} at seq ${tx.seq} of epoch ${tx.epoch}`,
        at: tx.at,
      });
    last = tx;
  }
  return violations;
}

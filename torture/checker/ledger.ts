import type { History } from '../history/history.ts';
import type { Violation } from './violation.ts';

const SHOWN = 5;

/**
 * The log is one sequence: no number is missing or twice, neither its epochs nor its clock go back, what was written
 * stays as it is, and the records are what it makes of them.
 */
export function checkLedger({ transactions, contradictions, rereads }: History): Violation[] {
  const violations: Violation[] = contradictions.map(([a, b]) => ({
    rule: 'ledger',
    text: `seq ${a.seq} of epoch ${a.epoch} was read twice with different content: ${a.command} by ${a.actor}, and ${b.command} by ${b.actor}`,
    at: b.at,
  }));
  for (const { at, epoch, seq, gone, differing } of rereads) {
    if (gone.length > 0)
      violations.push({ rule: 'ledger', text: `the log has lost entries that are not its oldest: ${some(gone)}`, at });
    if (differing.length > 0)
      violations.push({
        rule: 'ledger',
        text: `at seq ${seq} of epoch ${epoch} records are not what the log says of them: ${some(differing)}`,
        at,
      });
  }
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

const some = (ids: readonly string[]): string =>
  ids.length > SHOWN ? `${ids.slice(0, SHOWN).join(', ')} and more` : ids.join(', ');

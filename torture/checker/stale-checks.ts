import type { History, Operation } from '../history/history.ts';
import { type Violation, when } from './violation.ts';

/**
 * A check writes nothing, and is answered with a seq that may be newer than what it looked at. But it sees whatever
 * anybody had an answer of before it was sent.
 */
export function checkStaleChecks(history: History): Violation[] {
  const ended = endedAtSeq(history);
  const answers = history.operations.filter(({ answeredAt }) => answeredAt !== undefined);
  answers.sort((a, b) => (a.answeredAt ?? 0) - (b.answeredAt ?? 0));
  const violations: Violation[] = [];
  let next = 0;
  let newest: Operation | undefined;
  // Operations come in the order of their calls.
  for (const { command, asked, outcome, agent, id, calledAt } of history.operations) {
    for (let seen = answers[next]; seen !== undefined && (seen.answeredAt ?? 0) < calledAt; seen = answers[++next])
      if (seqOf(seen) > seqOf(newest)) newest = seen;
    const end = command === 'lock.check' && asked.fence !== undefined ? ended.get(asked.fence) : undefined;
    if (outcome !== 'ok' || end === undefined || end > seqOf(newest)) continue;
    violations.push({
      rule: 'stale-writes',
      text: `lock.check of ${asked.fence} by ${agent}, called at ${when(calledAt)} (${id}), was accepted, though that ended at seq ${end}, and ${newest?.agent} had been told seq ${seqOf(newest)} before`,
      at: calledAt,
    });
  }
  return violations;
}

const seqOf = (operation: Operation | undefined): number => operation?.said?.seq ?? 0;

/** By fence, where the log ends it: the lock is removed, or goes on under another fence. */
function endedAtSeq({ transactions }: History): Map<string, number> {
  const ended = new Map<string, number>();
  const live = new Map<string, string>();
  for (const { seq, removes, puts } of transactions) {
    for (const [kind, id] of removes) {
      const fence = kind === 'lock' ? live.get(id) : undefined;
      if (fence === undefined) continue;
      ended.set(fence, seq);
      live.delete(id);
    }
    for (const record of puts) {
      if (record.kind !== 'lock') continue;
      const before = live.get(record.id);
      if (before !== undefined && before !== record.fence) ended.set(before, seq);
      live.set(record.id, record.fence);
    }
  }
  return ended;
}

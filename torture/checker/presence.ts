import type { History, Operation } from '../history/history.ts';
import { type Violation, when } from './violation.ts';

const HEARTBEATS_MISSED = 3;

/**
 * Nobody is lost before its time: three of its heartbeats of silence. A sign of life counts that the hub had answered
 * before, by its own order, and that was sent less than that long ago, by the clock of whoever wrote it down. When the
 * log says it, it has already happened: reading it late only makes the rule milder.
 */
export function checkPresence({ operations, transactions }: History): Violation[] {
  const answered = signsOfLife(operations);
  const presences = new Map<string, string>();
  const violations: Violation[] = [];
  for (const { at, epoch, seq, puts } of transactions)
    for (const put of puts) {
      if (put.kind !== 'agent') continue;
      const before = presences.get(put.id);
      presences.set(put.id, put.presence);
      if (put.presence !== 'lost' || before === 'lost') continue;
      const silentMs = put.heartbeatEveryMs * HEARTBEATS_MISSED;
      const sign = answered.get(put.id)?.findLast((one) => one.epoch === epoch && one.seq < seq);
      if (sign === undefined || at - sign.from >= silentMs) continue;
      violations.push({
        rule: 'presence',
        text: `${put.id} was lost at seq ${seq} of epoch ${epoch}, by ${when(at)}; its ${sign.command} sent at ${when(sign.from)} had been answered, and it may be silent for ${silentMs} ms`,
        at,
      });
    }
  return violations;
}

interface Sign {
  command: string;
  from: number;
  epoch: number;
  seq: number;
}

/** By agent, in the order of their sending. */
function signsOfLife(operations: readonly Operation[]): Map<string, Sign[]> {
  const signs = new Map<string, Sign[]>();
  for (const { agent, command, said, tries } of operations) {
    const last = tries.at(-1);
    if (said === undefined || last === undefined) continue;
    const sign = { command, from: last.from, epoch: said.epoch, seq: said.seq };
    const own = signs.get(agent);
    if (own === undefined) signs.set(agent, [sign]);
    else own.push(sign);
  }
  return signs;
}

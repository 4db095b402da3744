import type { History, Life, Operation, Try } from '../history/history.ts';
import { HUB } from '../history/line.ts';
import { type Violation, when } from './violation.ts';

const SETTLED_WITHIN_MS = 10_000;
/** Until a process gets to write down what it has. */
const SCHEDULING_MS = 1_000;

/**
 * Every request is settled within 10 s, by an answer or by the end of its connection; nobody has to lose patience. The
 * time does not count in which whoever sent it was stopped, or a hub: which one it was sent to is not written down.
 */
export function checkSettled({ operations, lives }: History): Violation[] {
  const violations: Violation[] = [];
  const hubs = [...lives.values()].flat().filter(({ life }) => life === HUB);
  for (const operation of operations) {
    const own = lives.get(operation.agent) ?? [];
    for (const one of operation.tries) {
      const text = breach(one, own, hubs);
      if (text !== undefined)
        violations.push({
          rule: 'settled',
          text: `${nameOf(operation)}, sent at ${when(one.from)}, ${text}`,
          at: one.from,
        });
    }
  }
  return violations;
}

const nameOf = ({ command, id, agent }: Operation): string => `${command} ${id} of ${agent}`;

function breach({ from, to, how }: Try, lives: readonly Life[], hubs: readonly Life[]): string | undefined {
  if (to === undefined)
    return lives.some(({ endedAt }) => endedAt !== undefined && endedAt >= from)
      ? undefined
      : 'was never answered, though the process that sent it lived on';
  const waited = to - from - stoppedBetween(hubs, from, to);
  const took = waited - stoppedBetween(lives, from, to);
  // A process that stood still a moment ago finds its patience at an end before it gets to read what has come.
  if (how === 'patience' && waited > SETTLED_WITHIN_MS && stoppedBetween(lives, to - SCHEDULING_MS, to) === 0)
    return `had no answer ${Math.round(to - from)} ms later, and its sender gave up`;
  return took > SETTLED_WITHIN_MS + SCHEDULING_MS
    ? `was settled after ${Math.round(took)} ms in which its process was running`
    : undefined;
}

function stoppedBetween(lives: readonly Life[], from: number, to: number): number {
  let sum = 0;
  for (const { stops } of lives)
    for (const stop of stops) sum += Math.max(0, Math.min(to, stop.to ?? to) - Math.max(from, stop.from));
  return sum;
}

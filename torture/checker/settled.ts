import type { History, Life, Operation, Span, Try } from '../history/history.ts';
import { HUB } from '../history/line.ts';
import { type Violation, when } from './violation.ts';

const SETTLED_WITHIN_MS = 10_000;
/** Until a process gets to write down what it has. */
const SCHEDULING_MS = 1_000;

/**
 * Every request is settled within 10 s, by an answer or by the end of its connection; nobody has to lose patience. The
 * time does not count in which whoever sent it was stopped, or the hub it was sent to: any hub, where that was not
 * written down. What nobody ever heard of was open until the process that sent it ended, or as long as anybody wrote.
 */
export function checkSettled({ operations, lives }: History): Violation[] {
  const violations: Violation[] = [];
  const hubs = [...lives.values()].flat().filter(({ life }) => life === HUB);
  const over = lastHeardOf(operations);
  for (const operation of operations) {
    const own = lives.get(operation.agent) ?? [];
    for (const one of operation.tries.concat(operation.repeats ?? [])) {
      const until = one.to ?? endOfSender(own, one.from) ?? over;
      if (until - one.from <= SETTLED_WITHIN_MS) continue;
      const hub = one.hub === undefined ? hubs : hubs.filter(({ agent }) => agent === one.hub);
      const text = breach(one, { until, process: stopsOf(own), hub: stopsOf(hub) });
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
const stopsOf = (lives: readonly Life[]): Span[] => lives.flatMap(({ stops }) => stops);
/** A process ends before the next one of its agent is born: the first to end had sent it. */
const endOfSender = (lives: readonly Life[], from: number): number | undefined =>
  lives.find(({ endedAt }) => endedAt !== undefined && endedAt >= from)?.endedAt;

interface Waited {
  until: number;
  /** When the process that sent it was stopped. */
  process: readonly Span[];
  /** When the hub was. */
  hub: readonly Span[];
}

function breach({ from, how }: Try, { until, process, hub }: Waited): string | undefined {
  const took = until - from - stoppedBetween([...process, ...hub], from, until);
  // A process that stood still a moment ago finds its patience at an end before it gets to read what has come.
  const justContinued = stoppedBetween(process, until - SCHEDULING_MS, until) > 0;
  if (how === 'patience' && !justContinued && until - from - stoppedBetween(hub, from, until) > SETTLED_WITHIN_MS)
    return `had no answer ${Math.round(until - from)} ms later, and its sender gave up`;
  if (took <= SETTLED_WITHIN_MS + SCHEDULING_MS) return undefined;
  return how === 'open'
    ? `was never answered in ${Math.round(took)} ms in which its process was running`
    : `was settled after ${Math.round(took)} ms in which its process was running`;
}

/** Of two that were stopped at the same moment it counts once. */
function stoppedBetween(stops: readonly Span[], from: number, to: number): number {
  let [sum, counted] = [0, from];
  for (const stop of stops.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(to, stop.to ?? to);
    sum += Math.max(0, end - Math.max(counted, stop.from));
    counted = Math.max(counted, end);
  }
  return sum;
}

/** When something was last written down of a request. */
function lastHeardOf(operations: readonly Operation[]): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const { tries, repeats = [] } of operations)
    for (const { from, to = from } of [...tries, ...repeats]) last = Math.max(last, to);
  return last;
}

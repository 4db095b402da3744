import type { History } from '../history/history.ts';
import { decidedAfter, readUntil } from './decided-after.ts';
import { compareFences } from './fence.ts';
import { type Grant, grantKey, grantsOf } from './grants.ts';
import { leaseEnds } from './leases.ts';
import { leasesInLog, ROUNDED_MS } from './leases-in-log.ts';
import { type Violation, when } from './violation.ts';

/** A lease lasts as long as was told, and not much longer; nobody is told of an end that did not come. */
export const checkLeases = (history: History): Violation[] => [
  ...leasesInLog(history),
  ...toldTooEarly(history),
  ...toldWithoutCause(history),
];

/** Whoever is told that its lease has ended has had it for as long as it was told before. */
function toldTooEarly(history: History): Violation[] {
  const newest = newestTold(history);
  const handed = maybeHanded(history);
  const leaseEnd = leaseEnds(history);
  return history.pushes.flatMap(({ event, data: { lockId, reason }, at, agent }) => {
    if (event !== 'lock.lost' || reason !== 'EXPIRED' || lockId === undefined) return [];
    const told = newest.get(`${lockId} ${agent}`);
    // One that went from hand to hand may have ended under a fence that nobody has heard of yet.
    if (told === undefined || handed.has(lockId)) return [];
    const end = leaseEnd(told.grant, told.at);
    if (at >= end - ROUNDED_MS) return [];
    return [
      broken(
        `${agent} was told at ${when(at)} that its lease of ${lockId} (${told.grant.fence}) has ended, and before that it would last until ${when(end)} at least`,
        at,
      ),
    ];
  });
}

/** By lock and holder the newest grant it has heard of, and when first. */
function newestTold(history: History): Map<string, { grant: Grant; at: number }> {
  const { byKey, tellings } = grantsOf(history);
  const newest = new Map<string, { grant: Grant; at: number }>();
  for (const telling of tellings) {
    const { lockId, holder, fence, to, at } = telling;
    const grant = byKey.get(grantKey(telling));
    const before = newest.get(`${lockId} ${holder}`);
    if (grant === undefined || to !== holder) continue;
    if (before === undefined || compareFences(before.grant.fence, fence) < 0)
      newest.set(`${lockId} ${holder}`, { grant, at });
  }
  return newest;
}

function maybeHanded({ operations }: History): Set<string> {
  const handed = new Set<string>();
  for (const { command, outcome, asked } of operations)
    if (command === 'lock.transfer' && outcome !== 'refused' && asked.lockId !== undefined) handed.add(asked.lockId);
  return handed;
}

/** Whoever is told that it has lost a lock has lost it in the log, too. */
function toldWithoutCause(history: History): Violation[] {
  const { held, ended } = endsInLog(history);
  const known = readUntil(history);
  return history.pushes.flatMap(({ event, data: { lockId }, at, agent }) => {
    const key = `${lockId} ${agent}`;
    if (event !== 'lock.lost' || at >= known || !held.has(key) || (ended.get(key) ?? Infinity) <= at) return [];
    return [broken(`${agent} was told at ${when(at)} that it has lost ${lockId}, and by the log it had it then`, at)];
  });
}

/** By lock and holder: whether the log has it so, and when that ended at the earliest. */
function endsInLog(history: History): { held: Set<string>; ended: Map<string, number> } {
  const held = new Set<string>();
  const ended = new Map<string, number>();
  const holders = new Map<string, string>();
  const boundOf = decidedAfter(history);
  for (const tx of history.transactions) {
    const end = (id: string): void => {
      const key = `${id} ${holders.get(id)}`;
      if (!ended.has(key)) ended.set(key, boundOf(tx));
      holders.delete(id);
    };
    for (const [kind, id] of tx.removes) if (kind === 'lock' && holders.has(id)) end(id);
    for (const record of tx.puts) {
      if (record.kind !== 'lock') continue;
      const before = holders.get(record.id);
      if (before !== undefined && before !== record.holder) end(record.id);
      holders.set(record.id, record.holder);
      held.add(`${record.id} ${record.holder}`);
    }
  }
  return { held, ended };
}

const broken = (text: string, at: number): Violation => ({ rule: 'leases', text, at });

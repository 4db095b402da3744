import type { History, Operation } from '../history/history.ts';
import { decidedAfter } from './decided-after.ts';
import { type Grant, grantKey, grantsOf } from './grants.ts';
import { firstAtOrAfter } from './sorted-times.ts';

/** A lease as it was told: it lasts at least until `calledAt + ms`. */
interface Lease {
  calledAt: number;
  answeredAt: number;
  ms: number;
}

/** The earliest moment at which the lease of a grant can end, by the newest renewal. */
export function leaseEnds(history: History): (grant: Grant, from: number) => number {
  const told = toldLeases(history);
  const unsure = unsureRenewals(history);
  return (grant, from) => {
    const end = endOf(told.get(grantKey(grant)) ?? []);
    return shortened(unsure.get(grant.holder) ?? [], from, end);
  };
}

function endOf(leases: readonly Lease[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let settled = Number.NEGATIVE_INFINITY;
  for (const { calledAt, answeredAt, ms } of leases.toSorted((a, b) => a.calledAt - b.calledAt)) {
    // Of two under way at the same moment nobody can tell which came last.
    end = calledAt >= settled ? calledAt + ms : Math.min(end, calledAt + ms);
    settled = Math.max(settled, answeredAt);
  }
  return end;
}

/** A renewal without an answer may have made the lease shorter, if it named a length. */
function shortened(unsure: readonly Operation[], from: number, end: number): number {
  let shortest = end;
  for (let i = firstAtOrAfter(unsure, ({ calledAt }) => calledAt, from); i < unsure.length; i++) {
    const renewal = unsure[i];
    if (renewal === undefined || renewal.calledAt >= shortest) break;
    shortest = Math.min(shortest, renewal.calledAt + (renewal.asked.ttlMs ?? Number.POSITIVE_INFINITY));
  }
  return shortest;
}

function toldLeases(history: History): Map<string, Lease[]> {
  const leases = new Map<string, Lease[]>();
  const add = (key: string, lease: Lease): void => {
    const own = leases.get(key);
    if (own === undefined) leases.set(key, [lease]);
    else own.push(lease);
  };
  for (const { command, said, calledAt, answeredAt } of history.operations) {
    if (said === undefined || answeredAt === undefined) continue;
    const { lockId, fence, expiresInMs: ms, locks = [] } = said;
    if (command === 'lock.claim' && lockId !== undefined && fence !== undefined && ms !== undefined)
      add(grantKey({ lockId, fence }), { calledAt, answeredAt, ms });
    if (command === 'lock.renew')
      for (const lock of locks) add(grantKey(lock), { calledAt, answeredAt, ms: lock.expiresInMs });
  }
  const { byKey, claims } = grantsOf(history);
  const boundOf = decidedAfter(history);
  for (const { event, data, at } of history.pushes) {
    const { lockId, fence, expiresInMs: ms } = data;
    if (event !== 'lock.granted' || lockId === undefined || fence === undefined || ms === undefined) continue;
    const key = grantKey({ lockId, fence });
    const tx = byKey.get(key)?.tx;
    // How long it was on its way nobody knows; the log knows when it was granted at the earliest.
    const granted = tx === undefined ? (claims.get(lockId)?.calledAt ?? Number.NEGATIVE_INFINITY) : boundOf(tx);
    add(key, { calledAt: granted, answeredAt: at, ms });
  }
  return leases;
}

/** By agent, in the order of their calls. */
function unsureRenewals({ operations }: History): Map<string, Operation[]> {
  const unsure = new Map<string, Operation[]>();
  for (const operation of operations) {
    const { command, outcome, asked, agent } = operation;
    if (outcome !== 'unknown' || asked.ttlMs === undefined || !/^lock\.(renew|claim)$/.test(command)) continue;
    const own = unsure.get(agent);
    if (own === undefined) unsure.set(agent, [operation]);
    else own.push(operation);
  }
  return unsure;
}

import type { History } from '../history/history.ts';
import { type Grant, grantsOf } from './grants.ts';
import { endsOfHolds } from './hold-ends.ts';
import { leaseEnds } from './leases.ts';

/** The time in which its holder may rely on a lock, by what it has heard: so long, at least, nobody else has it. */
export interface Hold {
  grant: Grant;
  from: number;
  to: number;
}

export function holdsOf(history: History): Hold[] {
  const leaseEnd = leaseEnds(history);
  const end = endsOfHolds(history);
  const holds: Hold[] = [];
  for (const grant of grantsOf(history).byKey.values()) {
    const heard = grant.told.find(({ to }) => to === grant.holder);
    if (heard === undefined) continue;
    const to = Math.min(leaseEnd(grant, heard.at), end(grant, heard.at));
    if (to > heard.at) holds.push({ grant, from: heard.at, to });
  }
  return holds;
}

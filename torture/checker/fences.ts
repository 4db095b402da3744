import { type History, hasLog } from '../history/history.ts';
import { readUntil } from './decided-after.ts';
import { compareFences } from './fence.ts';
import { type Grants, grantKey, grantsOf, type Telling } from './grants.ts';
import { type Violation, when } from './violation.ts';

/** Every grant has a fence of its own, newer than all before, in the log and as it is told. */
export function checkFences(history: History): Violation[] {
  const grants = grantsOf(history);
  return [...alongTheLog(grants), ...asTold(grants, history), ...asSeenByPath(grants)];
}

function alongTheLog({ logged }: Grants): Violation[] {
  const violations: Violation[] = [];
  let newest: (typeof logged)[number] | undefined;
  for (const grant of logged) {
    const { lock, tx } = grant;
    const order = newest === undefined ? 1 : compareFences(lock.fence, newest.lock.fence);
    if (order <= 0 && newest !== undefined)
      violations.push(
        broken(
          `seq ${tx.seq} of the log (epoch ${tx.epoch}) grants ${lock.id} on ${lock.paths.join(', ')} to ${lock.holder} with the fence ${lock.fence}, which is not newer than ${newest.lock.fence}, granted to ${newest.lock.holder} at seq ${newest.tx.seq}`,
          tx.at,
        ),
      );
    if (order > 0) newest = grant;
  }
  return violations;
}

/** What was told is what the log granted, and one fence is told of one lock of one holder. */
function asTold({ tellings, logged, byKey }: Grants, history: History): Violation[] {
  const violations: Violation[] = [];
  const owners = new Map<string, Telling>();
  const until = readUntil(history);
  const causes = new Set<string>();
  for (const { causedBy } of history.transactions) if (causedBy !== undefined) causes.add(causedBy);
  const known = new Set(logged.map(({ lock }) => lock.fence));
  for (const telling of tellings) {
    const { fence, lockId, holder, at, to, operation } = telling;
    const first = owners.get(fence);
    if (first === undefined) owners.set(fence, telling);
    else if (first.lockId !== lockId || first.holder !== holder)
      violations.push(
        broken(
          `${to} was told at ${when(at)} that ${holder} holds ${lockId} with the fence ${fence}, which ${first.to} was told at ${when(first.at)} of ${first.lockId} of ${first.holder}`,
          at,
        ),
      );
    const logsIt = byKey.get(grantKey(telling))?.tx !== undefined;
    // An answer of which the log has nothing at all is lost as a whole: another rule tells that.
    const expected = operation === undefined ? at < until : causes.has(operation.id);
    if (!logsIt && expected && hasLog(history))
      violations.push(
        broken(
          `${to} was told at ${when(at)} that ${holder} holds ${lockId} with the fence ${fence}; the log ${known.has(fence) ? 'granted another lock with it' : 'never granted that fence'}`,
          at,
        ),
      );
  }
  return violations;
}

/** A grant that was asked for after somebody had been told a fence of the same path has a newer one. */
function asSeenByPath({ tellings, byKey }: Grants): Violation[] {
  const violations: Violation[] = [];
  const newest = new Map<string, Telling>();
  const asked = tellings.filter((telling) => isNewGrant(telling, byKey)).sort((a, b) => calledAt(a) - calledAt(b));
  let next = 0;
  for (const telling of asked) {
    for (let seen = tellings[next]; seen !== undefined && seen.at < calledAt(telling); seen = tellings[++next])
      for (const path of seen.paths) {
        const before = newest.get(path);
        if (before === undefined || compareFences(seen.fence, before.fence) > 0) newest.set(path, seen);
      }
    for (const path of telling.paths) {
      const before = newest.get(path);
      if (before !== undefined && compareFences(telling.fence, before.fence) <= 0)
        violations.push(
          broken(
            `the fence of ${path} went back: ${telling.holder} asked for it at ${when(calledAt(telling))} and was granted ${telling.lockId} with ${telling.fence}, but ${before.to} had been told ${before.fence} (${before.lockId} of ${before.holder}) at ${when(before.at)}`,
            telling.at,
          ),
        );
    }
  }
  return violations;
}

const calledAt = ({ operation, at }: Telling): number => operation?.calledAt ?? at;

/** Not a claim that its own lock covered: that has the fence it had. */
const isNewGrant = (telling: Telling, byKey: Grants['byKey']): boolean =>
  telling.operation !== undefined && byKey.get(grantKey(telling))?.tx?.causedBy === telling.operation.id;

const broken = (text: string, at: number): Violation => ({ rule: 'fences', text, at });

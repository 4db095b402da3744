import type { LockFacts } from '../history/facts.ts';
import type { History, LoggedTransaction } from '../history/history.ts';
import { decidedAfter } from './decided-after.ts';
import { decidedBefore } from './decided-before.ts';
import { grantKey } from './grants.ts';
import type { Violation } from './violation.ts';

/** The hub counts in whole milliseconds. */
export const ROUNDED_MS = 2;
/**
 * So long after the moment for which the log has put it down, on the clock of the log, nothing has ended any lease yet.
 * The hub puts it down 750 ms late, and promises two seconds from its time: the 750 ms more are for a machine that has
 * too much to do.
 */
const LATE_MS = 2_000;

/** What the log says of a lease since it was last begun or renewed. */
interface Lease {
  lock: LockFacts;
  since: LoggedTransaction;
  /** How long it was to last from then on, as its holder was told. */
  ms: number | undefined;
  /** When it ends on the clock of the log: as the log says or, where that does not, as was told. */
  deadline: number | undefined;
  isLate: boolean;
}

/**
 * Along the log: a lease ends when it is over, by the clock of the log and by that of those who were told how long it
 * lasts, or because somebody wanted it to; and it does end.
 */
export function leasesInLog(history: History): Violation[] {
  const log = new LeaseLog(history);
  for (const tx of history.transactions) log.follow(tx);
  return log.violations;
}

/** These end a lock whenever they come. */
const ON_PURPOSE: ReadonlySet<string> = new Set(['lock.release', 'lock.forceRelease', 'agent.leave', 'agent.evict']);

class LeaseLog {
  readonly violations: Violation[] = [];
  readonly #history: History;
  readonly #told: ToldMs;
  readonly #leases = new Map<string, Lease>();
  /** No deadline is before this. */
  #next = Number.POSITIVE_INFINITY;

  constructor(history: History) {
    this.#history = history;
    this.#told = toldMs(history);
  }

  follow(tx: LoggedTransaction): void {
    for (const [kind, id] of tx.removes) {
      const lease = kind === 'lock' ? this.#leases.get(id) : undefined;
      if (lease === undefined) continue;
      this.#leases.delete(id);
      this.#ended(lease, tx);
    }
    for (const lock of tx.puts) if (lock.kind === 'lock') this.#put(lock, tx);
    if (tx.clock >= this.#next + LATE_MS) this.#lookForLate(tx);
  }

  #put(lock: LockFacts, tx: LoggedTransaction): void {
    const before = this.#leases.get(lock.id);
    if (before !== undefined && before.lock.fence === lock.fence && !isRenewed(before.lock, lock, tx)) return;
    const ms = this.#told(lock, before?.lock.fence === lock.fence ? { renewedBy: tx } : { grantedBy: tx });
    const end = ms === undefined ? undefined : tx.clock + ms;
    const { expiresClock: deadline = end } = lock;
    if (end !== undefined && deadline !== undefined && deadline < end)
      this.#report(
        `${name(lock)} was to last ${ms} ms from ${tx.clock} on the clock of the log, which ends it at ${deadline}`,
        tx,
      );
    this.#leases.set(lock.id, { lock, since: tx, ms, deadline, isLate: false });
    this.#next = Math.min(this.#next, deadline ?? this.#next);
  }

  #ended({ lock, since, ms, deadline }: Lease, tx: LoggedTransaction): void {
    if (ON_PURPOSE.has(tx.command) || (lock.taskId !== undefined && !tx.command.startsWith('lock.'))) return;
    const lasted = decidedBefore(this.#history)(tx) - decidedAfter(this.#history)(since);
    if (deadline !== undefined && tx.clock < deadline)
      this.#report(`${name(lock)} has ended at ${tx.clock} on the clock of the log, before its time, ${deadline}`, tx);
    else if (ms !== undefined && lasted < ms - ROUNDED_MS)
      this.#report(
        `${name(lock)} has ended ${Math.ceil(lasted)} ms after seq ${since.seq} at the latest, and was to last ${ms} ms`,
        tx,
      );
  }

  #lookForLate(tx: LoggedTransaction): void {
    this.#next = Number.POSITIVE_INFINITY;
    for (const lease of this.#leases.values()) {
      const { lock, deadline } = lease;
      if (deadline === undefined || lease.isLate) continue;
      lease.isLate = tx.clock >= deadline + LATE_MS;
      if (lease.isLate)
        this.#report(
          `${name(lock)} should have ended at ${deadline} on the clock of the log, and it is ${tx.clock}`,
          tx,
        );
      else this.#next = Math.min(this.#next, deadline);
    }
  }

  #report(what: string, { epoch, seq, command, at }: LoggedTransaction): void {
    this.violations.push({ rule: 'leases', text: `seq ${seq} of epoch ${epoch} (${command}): ${what}`, at });
  }
}

const name = ({ id, fence, holder }: LockFacts): string => `the lease of ${id} (${fence}) of ${holder}`;

/** The record is written anew for other reasons, too: somebody has come to wait for it. */
function isRenewed(before: LockFacts, lock: LockFacts, { command, actor }: LoggedTransaction): boolean {
  if (lock.expiresClock !== undefined) return lock.expiresClock !== before.expiresClock;
  return command === 'lock.renew' || (command === 'lock.claim' && actor === lock.holder);
}

type ToldMs = (
  lock: LockFacts,
  by: { renewedBy: LoggedTransaction } | { grantedBy: LoggedTransaction },
) => number | undefined;

/** How long a lease lasts, as it was told to whoever asked for that, or was granted it later. */
function toldMs(history: History): ToldMs {
  const pushed = new Map<string, number>();
  for (const { event, data } of history.pushes) {
    const { lockId, fence, expiresInMs } = data;
    if (event === 'lock.granted' && lockId !== undefined && fence !== undefined && expiresInMs !== undefined)
      pushed.set(grantKey({ lockId, fence }), expiresInMs);
  }
  return ({ id: lockId, fence }, by) => {
    const { causedBy } = 'grantedBy' in by ? by.grantedBy : by.renewedBy;
    const said = causedBy === undefined ? undefined : history.operation(causedBy)?.said;
    if (said?.lockId === lockId && said.fence === fence) return said.expiresInMs;
    const renewed = said?.locks?.find((one) => one.lockId === lockId && one.fence === fence)?.expiresInMs;
    return renewed ?? ('grantedBy' in by ? pushed.get(grantKey({ lockId, fence })) : undefined);
  };
}

import type { LockFacts } from '../history/facts.ts';
import type { History } from '../history/history.ts';
import { type Hold, holdsOf } from './holds.ts';
import { excludes } from './locks-over.ts';
import { PathIndex } from './paths.ts';
import { type Violation, when } from './violation.ts';

/** No two agents hold what overlaps, unless both only read: neither by the time they rely on it, nor in the log. */
export const checkOverlaps = (history: History): Violation[] => [...byTime(history), ...byLog(history)];

function byTime(history: History): Violation[] {
  const violations: Violation[] = [];
  const live = new PathIndex<Hold>();
  const events = holdsOf(history).flatMap((hold) => [
    { at: hold.from, starts: true, hold },
    { at: hold.to, starts: false, hold },
  ]);
  // What ends as another begins was over.
  events.sort((a, b) => a.at - b.at || Number(a.starts) - Number(b.starts));
  for (const { starts, hold } of events) {
    const { paths } = hold.grant;
    if (!starts) {
      for (const path of paths) live.remove(path, hold);
      continue;
    }
    for (const other of new Set(paths.flatMap((path) => live.overlapping(path))))
      if (excludes(hold.grant, other.grant))
        violations.push({
          rule: 'overlaps',
          text: `${named(hold)} overlaps ${named(other)}`,
          at: hold.from,
        });
    for (const path of paths) live.add(path, hold);
  }
  return violations;
}

const named = ({ grant: { holder, lockId, mode, paths, fence }, from, to }: Hold): string =>
  `${lockId} of ${holder} on ${paths.join(', ')} (${mode}, ${fence}; from ${when(from)} to ${when(to)})`;

function byLog({ transactions }: History): Violation[] {
  const violations: Violation[] = [];
  const live = new Map<string, LockFacts>();
  const index = new PathIndex<LockFacts>();
  const drop = (id: string): void => {
    const lock = live.get(id);
    live.delete(id);
    for (const path of lock?.paths ?? []) if (lock !== undefined) index.remove(path, lock);
  };
  for (const { puts, removes, seq, epoch, command, at } of transactions) {
    for (const [kind, id] of removes) if (kind === 'lock') drop(id);
    const changed = puts
      .filter((record) => record.kind === 'lock')
      .filter((lock) => live.get(lock.id)?.fence !== lock.fence);
    for (const { id } of changed) drop(id);
    for (const lock of changed) {
      for (const other of new Set(lock.paths.flatMap((path) => index.overlapping(path))))
        if (excludes(lock, other))
          violations.push({
            rule: 'overlaps',
            text: `from seq ${seq} of epoch ${epoch} (${command}) on ${lock.holder} holds ${lock.id} on ${lock.paths.join(', ')}, and ${other.holder} holds ${other.id} on ${other.paths.join(', ')}, in the log`,
            at,
          });
      live.set(lock.id, lock);
      for (const path of lock.paths) index.add(path, lock);
    }
  }
  return violations;
}

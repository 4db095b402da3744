import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { LockRecord } from '@signalbox/shared/records/lock';
import { isAbnormal } from '../../hub/lock-words.ts';
import { visibleText } from '../../hub/visible-text.ts';

/** A folder or a holder: what stands below it, counted. */
export interface GroupRow {
  key: string;
  group: string;
  depth: number;
  /** Claimed paths below. */
  held: number;
  /** Claims that wait for something below. */
  waiting: number;
  open: boolean;
}

/** What is normal below a group of which only the rest is shown. */
export interface MoreRow {
  key: string;
  /** The key of the group. */
  of: string;
  more: number;
  depth: number;
}

/** A lock at one of its paths, or with all of them. */
export interface LockRow {
  key: string;
  lockId: string;
  depth: number;
  name: string;
  /** How many further paths the lock has that stand in other rows. */
  elsewhere: number;
}

export type Row = GroupRow | MoreRow | LockRow;

/** From here on what is normal starts folded away; what is abnormal never does. */
const UNFOLDED_MAX = 60;

/** What a person folded or unfolded by hand; the rest follows the rule. */
export type Folding = ReadonlyMap<string, boolean>;

/** `abnormal`: open, but only for what is abnormal in it. */
export type Unfolded = 'all' | 'abnormal' | 'none';

export function unfolded(folding: Folding, group: { key: string; abnormal: boolean; of: number }): Unfolded {
  const byHand = folding.get(group.key);
  if (byHand !== undefined) return byHand ? 'all' : 'none';
  if (group.of <= UNFOLDED_MAX) return 'all';
  return group.abnormal ? 'abnormal' : 'none';
}

/** How many of a group's children are shown, those that are abnormal being the first; and the row for the rest. */
export function shownOf<T extends { abnormal: boolean }>(
  children: readonly T[],
  group: { key: string; depth: number; shown: Unfolded },
): { shown: readonly T[]; rest: MoreRow[] } {
  if (group.shown === 'none') return { shown: [], rest: [] };
  const shown = group.shown === 'all' ? children : children.filter(({ abnormal }) => abnormal);
  const more = children.length - shown.length;
  const row = { key: `${group.key} …`, of: group.key, more, depth: group.depth + 1 };
  return { shown, rest: more === 0 ? [] : [row] };
}

/** A lock with whether it is abnormal, looked up once. */
export interface SeenLock {
  lock: LockRecord;
  abnormal: boolean;
}

export const seen = (lock: LockRecord, holder: Pick<AgentRecord, 'state'> | undefined): SeenLock => ({
  lock,
  abnormal: isAbnormal(lock, holder),
});

/** Whether every word of the filter is somewhere in what names the lock. */
export function matches(lock: LockRecord, query: string): boolean {
  const waiters = lock.waiters.map(({ agentId }) => agentId);
  const text = [lock.id, lock.holder, lock.taskId ?? '', lock.reason ?? '', ...waiters, ...lock.paths]
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const PATHS_NAMED = 2;
/** The first paths, and how many more there are. */
export const pathsLine = (paths: readonly string[]): string =>
  visibleText(
    paths.length <= PATHS_NAMED + 1
      ? paths.join(', ')
      : `${paths.slice(0, PATHS_NAMED).join(', ')} and ${paths.length - PATHS_NAMED} more`,
  );

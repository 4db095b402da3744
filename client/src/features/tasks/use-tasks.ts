import type { TaskRecord, TaskStatus } from '@signalbox/shared/records/task';
import { useMemo } from 'react';
import { useHub, useIds, useNow } from '../../hub/use-hub.ts';
import { inColumn, matches } from './columns.ts';
import { type Sort, sortTasks } from './sorting.ts';

const present = (task: TaskRecord | undefined): task is TaskRecord => task !== undefined;

/**
 * Ids of a board column. Looked through again every second and when a task comes or goes, not with every report: the
 * cards listen to their own record.
 */
export function useColumn(status: TaskStatus, query: string): { ids: readonly string[]; total: number } {
  const { db } = useHub();
  const members = useIds(`task.status:${status}`);
  const now = useNow();
  return useMemo(() => {
    const all = inColumn(status, members.map((id) => db.get('task', id)).filter(present), now);
    return {
      ids: all.filter((task) => query === '' || matches(task, query)).map((task) => task.id),
      total: all.length,
    };
  }, [db, members, status, query, now]);
}

/** How many tasks there are, and how many of them the filter leaves. */
export function useFound(query: string): { total: number; found: number } {
  const { db } = useHub();
  const members = useIds('task');
  const now = useNow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` is the pace at which is looked again
  const found = useMemo(
    () =>
      query === ''
        ? members.length
        : members.map((id) => db.get('task', id)).filter((task) => present(task) && matches(task, query)).length,
    [db, members, query, now],
  );
  return { total: members.length, found };
}

/** Ids of the table, sorted as of this second. */
export function useTable(sort: Sort, query: string): readonly string[] {
  const { db } = useHub();
  const members = useIds('task');
  const now = useNow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` is the pace at which the order is made anew
  return useMemo(() => {
    const all = members.map((id) => db.get('task', id)).filter(present);
    const shown = query === '' ? all : all.filter((task) => matches(task, query));
    return sortTasks(shown, sort).map((task) => task.id);
  }, [db, members, sort, query, now]);
}

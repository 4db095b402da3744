import type { TaskRecord } from '@signalbox/shared/records/task';
import { useMemo } from 'react';
import { naturalOrder } from '../../hub/natural-order.ts';
import { useHub, useIds, useNow } from '../../hub/use-hub.ts';

/** A fleet reports many times a second; bars that changed their places with every report could not be read. */
const REORDER_EVERY_MS = 5_000;

/** The latest report first; who has not reported says nothing yet and stands last. */
export const byReport = (tasks: readonly TaskRecord[]): TaskRecord[] =>
  [...tasks].sort((a, b) => (b.progressAt ?? 0) - (a.progressAt ?? 0) || naturalOrder(a.id, b.id));

/** Ids of the tasks that run now. */
export function useRunning(): readonly string[] {
  const { db } = useHub();
  const members = useIds('task.status:in_progress');
  const turn = Math.floor(useNow() / REORDER_EVERY_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is the pace at which the order is made anew
  return useMemo(
    () => byReport(members.flatMap((id) => db.get('task', id) ?? [])).map(({ id }) => id),
    [db, members, turn],
  );
}

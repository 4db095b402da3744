import type { TaskRecord } from '@signalbox/shared/records/task';
import { isAnybodyFree } from './fleet.ts';
import { isBefore, type Ordered, type Place, type TaskLine } from './market.ts';
import type { View } from './view.ts';

/** Tasks of several lists in the order of the line. What is taken out on the way is met no more. */
export function* inOrder(
  view: View,
  lists: readonly { line: TaskLine; list: Ordered<Place> }[],
  isOver: (line: TaskLine) => boolean = () => false,
): Iterable<{ line: TaskLine; task: TaskRecord }> {
  let heads = lists.flatMap(({ line, list }) => {
    const place = list.first();
    return place === undefined ? [] : [{ line, list, place }];
  });
  while (heads.length > 0) {
    const head = heads.reduce((a, b) => (isBefore(b.place, a.place) ? b : a));
    if (isOver(head.line)) {
      heads = heads.filter(({ line }) => line !== head.line);
      continue;
    }
    const task = view.get('task', head.place.id);
    if (task !== undefined) yield { line: head.line, task };
    const next = head.list.next(head.place);
    if (next === undefined) heads = heads.filter((other) => other !== head);
    else head.place = next;
  }
}

const LOCK = 'LOCK ';

/** The lock that tasks with this reason wait for, as long as it is held. */
export const standingLock = (view: View, reason: string) =>
  reason.startsWith(LOCK) ? view.get('lock', reason.slice(LOCK.length)) : undefined;

/** Tasks of the line that an agent may get: not those that wait for a lock somebody else still holds. */
export function openTo(view: View, line: TaskLine, isCandidate: (agentId: string) => boolean) {
  const lists: { line: TaskLine; list: Ordered<Place> }[] = [];
  for (const [reason, list] of line.byReason) {
    const lock = standingLock(view, reason);
    if (lock === undefined || isCandidate(lock.holder)) lists.push({ line, list });
  }
  return lists;
}

/** What can be given out now, the most important first, until nobody is free for it any more. */
export function openTasks(view: View): Iterable<{ line: TaskLine; task: TaskRecord }> {
  const lines = new Set<TaskLine>();
  for (const crew of view.market.freeCrews) for (const line of crew.lines) lines.add(line);
  const isFree = (agentId: string): boolean => view.market.freeAgent(agentId) !== undefined;
  return inOrder(
    view,
    [...lines].flatMap((line) => openTo(view, line, isFree)),
    (line) => !isAnybodyFree(line),
  );
}

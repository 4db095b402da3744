import type { TaskRecord } from '@signalbox/shared/records/task';
import type { View } from './view.ts';

/** Whose way a task would stand in, or who stands in its way. */
export interface Others {
  /** Agents with an exclusive lock on one of its files. */
  locking: ReadonlySet<string>;
  /** The lock to name: of somebody who is not free to do the task itself, if there is one. */
  lockId: string | undefined;
  /** Agents at work on one of its files: two of them there would wait for each other. */
  working: ReadonlySet<string>;
}

const NOBODY: Others = { locking: new Set(), lockId: undefined, working: new Set() };

/** For an agent that asks, the lock to name is none of its own. */
export function othersOn(view: View, task: TaskRecord, asking?: string): Others {
  if (task.files.length === 0) return NOBODY;
  const locks = task.files.flatMap((file) => view.locksOverlapping(file)).filter((lock) => lock.mode === 'exclusive');
  const underWay = task.files.flatMap((file) => view.tasksUnderWayOn(file));
  const inTheWay = asking === undefined ? locks : locks.filter(({ holder }) => holder !== asking);
  const lock = inTheWay.find(({ holder }) => view.market.freeAgent(holder) === undefined) ?? inTheWay[0];
  return {
    locking: new Set(locks.map(({ holder }) => holder)),
    lockId: lock?.id,
    working: new Set(underWay.flatMap(({ assignee }) => assignee ?? [])),
  };
}

/** Is anybody but this agent among them? */
export const hasOther = (ids: ReadonlySet<string>, agentId: string): boolean => ids.size > (ids.has(agentId) ? 1 : 0);

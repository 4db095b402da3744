import type { Watcher } from '../support/watcher.ts';

/** Steps; with fewer the task might be done before a signal comes. */
const STILL_TO_DO = 3;

/** An agent in the middle of a task, with a checkpoint of this attempt and a lock for it. */
export function victimIn(watcher: Watcher) {
  for (const task of watcher.all('task')) {
    const { step = 0, total = 0 } = task.activity ?? {};
    if (
      task.status !== 'in_progress' ||
      task.assignee === null ||
      task.checkpoint?.attempt !== task.attempt ||
      task.progress > 70 ||
      total - step < STILL_TO_DO
    )
      continue;
    const lock = watcher.all('lock').find(({ holder, taskId }) => holder === task.assignee && taskId === task.id);
    const agent = watcher.all('agent').find(({ id }) => id === task.assignee);
    if (lock !== undefined && agent?.pid !== undefined) return { task, lock, agent: agent.id, pid: agent.pid };
  }
  return undefined;
}

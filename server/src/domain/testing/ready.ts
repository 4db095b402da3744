import type { TaskRecord } from '@signalbox/shared/records/task';
import { isBefore } from '../market.ts';
import type { View } from '../view.ts';

/** Tasks that could be given out, in the order of the line. */
export const readyTasks = (view: View): TaskRecord[] =>
  [...view.market.lines]
    .flatMap(({ tasks }) => [...tasks])
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    .flatMap(({ id }) => view.get('task', id) ?? []);

import { numberOf } from '@signalbox/shared/ids';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { type Crew, reasonKey, type TaskLine, weightOf } from '../domain/market.ts';
import { SortedIds } from './sorted-ids.ts';

/** Ready tasks that require the same. */
export class LineOfTasks implements TaskLine {
  readonly requires: readonly string[];
  readonly tasks = new SortedIds();
  readonly byReason = new Map<string, SortedIds>();
  readonly crews = new Set<Crew>();
  why: TaskRecord['waiting'];

  constructor(requires: readonly string[]) {
    this.requires = requires;
  }

  add(task: TaskRecord): void {
    const place = { weight: weightOf(task), number: numberOf(task.id), id: task.id };
    this.tasks.add(place);
    const key = reasonKey(task.waiting);
    const list = this.byReason.get(key) ?? new SortedIds();
    list.add(place);
    this.byReason.set(key, list);
  }

  delete(task: TaskRecord): void {
    const place = { weight: weightOf(task), number: numberOf(task.id), id: task.id };
    this.tasks.delete(place);
    const key = reasonKey(task.waiting);
    const list = this.byReason.get(key);
    list?.delete(place);
    if (list?.size === 0) this.byReason.delete(key);
  }
}

import { compareIds } from '@signalbox/shared/ids';
import type { Kind, RecordOf } from '@signalbox/shared/records';
import { overAt } from '../domain/retention.ts';
import type { Index } from './group-index.ts';
import { Sorted } from './sorted.ts';

/** A record that is over, and since when. */
export interface PastEntry {
  at: number;
  id: string;
}

/** What is over of one kind, longest ago first. */
export class Past<K extends Kind> implements Index<K> {
  readonly entries = new Sorted<PastEntry>((a, b) => a.at - b.at || compareIds(a.id, b.id));

  added(record: RecordOf<K>): void {
    const at = overAt(record);
    if (at !== undefined) this.entries.add({ at, id: record.id });
  }
  removed(record: RecordOf<K>): void {
    const at = overAt(record);
    if (at !== undefined) this.entries.delete({ at, id: record.id });
  }
  changed(before: RecordOf<K>, after: RecordOf<K>): void {
    if (overAt(before) === overAt(after)) return;
    this.removed(before);
    this.added(after);
  }
}

import type { RecordOf, VisibleKind, VisibleRecord } from '@signalbox/shared/records';

export type { VisibleKind, VisibleRecord };
export type VisibleOf<K extends VisibleKind> = RecordOf<K>;

/** `puts` are whole records; a record is put or removed at most once in a change. */
export interface RecordChange {
  puts: readonly VisibleRecord[];
  removes: readonly (readonly [VisibleKind, string])[];
}

import type { AnyRecord, Kind } from '@signalbox/shared/records';

/** What a transaction did to one record: the first `before`, the last `after`. */
export interface RecordChange {
  kind: Kind;
  id: string;
  before: AnyRecord | undefined;
  after: AnyRecord | undefined;
}

import type { AnyRecord, Kind } from './records.ts';

/** `[kind, id]` of a removed record. */
export type RemovedKey = readonly [kind: Kind, id: string];

/**
 * One change of a project, as decided: the only thing that is ever written. `puts` are whole records whose `rev` is
 * `seq`; a record is put or removed at most once in a transaction.
 */
export interface Transaction {
  seq: number;
  /** Ledger clock, milliseconds. */
  clock: number;
  /** Wall clock, milliseconds since 1970, for people. */
  at: number;
  actor: string;
  command: string;
  /** Why, in the words of whoever sent the command. */
  reason?: string;
  /** The requestId of the command, so that its sender recognises the effect. */
  causedBy?: string;
  puts: AnyRecord[];
  removes: RemovedKey[];
  /** What a repetition of the same request is answered with. */
  receipt?: [actor: string, requestId: string, inputHash: string, reply: unknown];
}

/** Where state lives by kind and id. */
export interface RecordStore {
  put(record: AnyRecord): void;
  remove(kind: Kind, id: string): void;
}

/** The only way records change, in the hub, the control room and a replay. */
export function apply(store: RecordStore, change: Pick<Transaction, 'puts' | 'removes'>): void {
  for (const [kind, id] of change.removes) store.remove(kind, id);
  for (const record of change.puts) store.put(record);
}

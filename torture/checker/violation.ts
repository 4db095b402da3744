export type Rule =
  | 'fences'
  | 'stale-writes'
  | 'overlaps'
  | 'leases'
  | 'tasks'
  | 'messages'
  | 'acknowledged'
  | 'repeated'
  | 'settled'
  | 'presence'
  | 'ledger'
  | 'pictures'
  | 'feeds';

/** A promise that was not kept, in a sentence a person can follow. `at`: when it showed, on the clock of the lines. */
export interface Violation {
  rule: Rule;
  text: string;
  at?: number;
}

/** A time in the run, as it is told. */
export const when = (at: number): string => `${(at / 1_000).toFixed(3)} s`;

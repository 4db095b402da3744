/** Messages in turn between the same two before they are slowed. */
export const MESSAGES_IN_TURN = 16;
/** Refusals of the same before it is slowed. */
export const SAME_REFUSALS = 10;
/** Whoever takes longer for its next turn is thinking, or somebody looks at it: it begins anew. */
export const FAST_MS = 30_000;
/** Who is slowed gets one through in this time. */
export const SLOWED_MS = 30_000;
/** After so long without another one it has stopped. */
export const STOPPED_AFTER_MS = 90_000;

/** What goes round and round, as far as it is slowed. */
export interface Slowed {
  slowedUntil: number | undefined;
  /** When it last happened: of those who go on trying, something gets through sooner than it is over. */
  at: number;
}

/** Milliseconds until the next one may go through; 0 when it may now. */
export const waitOf = ({ slowedUntil }: Slowed, now: number): number =>
  slowedUntil === undefined ? 0 : Math.max(0, Math.ceil(slowedUntil - now));

export const isOver = ({ at, slowedUntil }: Slowed, now: number): boolean =>
  now - at > (slowedUntil === undefined ? FAST_MS : STOPPED_AFTER_MS);

import { z } from 'zod';

/** Where a project's log is, or somebody's copy of it. */
export const position = z.object({ epoch: z.number(), seq: z.number() });
export type Position = z.infer<typeof position>;

export const isAtOrAfter = (one: Position, other: Position): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.seq >= other.seq);

export const named = ({ epoch, seq }: Position): string => `seq ${seq} of epoch ${epoch}`;

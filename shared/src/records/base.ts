import { z } from 'zod';

/** What every record has. `rev` is the seq of the transaction that last put it; the ledger stamps it. */
export const recordBase = <K extends string>(kind: K, id: z.ZodType<string> = z.string()) => ({
  kind: z.literal(kind),
  id,
  rev: z.int().nonnegative(),
});

/** Wall-clock milliseconds since 1970, for people. */
export const at = z.int().nonnegative();
/** Milliseconds on the ledger clock of the project. */
export const clock = z.int().nonnegative();

export const link = z.strictObject({ label: z.string().min(1).max(80), url: z.url({ protocol: /^https?$/ }).max(500) });

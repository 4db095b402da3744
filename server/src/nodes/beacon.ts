import { z } from 'zod';

const count = z.int().nonnegative();
const beat = z.tuple([z.string(), count, count]);

/** What every node tells the others once a second, also when there is nothing to tell: then it says that it lives. */
const beaconSchema = z.object({
  node: z.string(),
  /** Live time of the node when it was written; comes back to it as the proof that it hears. */
  at: z.number(),
  /** Signs of life heard by this node since the last beacon: per project `[agentId, connection, ageMs]`. */
  beats: z.array(z.tuple([z.string()], beat)).default([]),
  /** Where the ledgers are that have changed since the last beacon: `[epoch, seq]`. */
  heads: z.record(z.string(), z.tuple([count, count])).default({}),
  /** The node stops; this is its last word. */
  bye: z.literal(true).optional(),
});

export type Beacon = z.infer<typeof beaconSchema>;
export type News = Pick<Beacon, 'beats' | 'heads'>;

/** Undefined for what is no beacon: a node of another version may speak on the same channel. */
export function parseBeacon(text: string): Beacon | undefined {
  try {
    return beaconSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

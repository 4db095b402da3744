import { setTimeout as delay } from 'node:timers/promises';
import type { CommandLane } from './command-lane.ts';

const MS_PER_CLIENT = 2;
const MIN_SPREAD_MS = 200;
const MAX_SPREAD_MS = 3_000;
const ANSWER_WITHIN_MS = 1_000;

/** When each of so many clients should come back: spread, so that they do not all knock at once. */
export const reconnectAfterMs = (clients: number): number =>
  Math.round(Math.random() * Math.min(MAX_SPREAD_MS, Math.max(MIN_SPREAD_MS, clients * MS_PER_CLIENT)));

/** Resolves when what is under way on these connections has been answered, or takes too long. */
export async function answered(lanes: readonly CommandLane[]): Promise<void> {
  await Promise.race([
    Promise.all(lanes.map((lane) => lane.idle())),
    delay(ANSWER_WITHIN_MS, undefined, { ref: false }),
  ]);
}

import { z } from 'zod';

/** What the runner tells each agent process; address and token of the hub are in its environment. */
export const demoSettings = z.object({
  member: z.string(),
  /** The repository: read, never written. */
  root: z.string(),
  hasHistory: z.boolean(),
  /** The report folder. */
  out: z.string(),
  /** For copies in which commands are run; removed at the end. */
  scratch: z.string(),
  /** 0: as fast as it goes. */
  pace: z.number(),
});
export type DemoSettings = z.infer<typeof demoSettings>;

/** One step of work at pace 1. */
export const STEP_MS = 700;
/** Agents are missed after three of these. */
export const HEARTBEAT_MS = 5_000;
/** A killed agent's files stay locked for at most this long. */
export const LEASE_MS = 15_000;
export const QUESTION_MS = 45_000;
const QUESTION_MIN_MS = 2_000;
export const questionMs = (pace: number): number => Math.max(QUESTION_MIN_MS, QUESTION_MS * pace);

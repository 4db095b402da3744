import { HEARTBEAT_DEFAULT_MS, HEARTBEAT_MIN_MS, LEASE_MAX_MS } from '@signalbox/shared/time';

/** Everything that is made up follows from these three. */
export interface SimSettings {
  /** The coordinator among them. */
  agents: number;
  /** Changes a second over the whole fleet. */
  rate: number;
  seed: number;
}

/** What the script of one task costs on average; the rates below follow from it. */
export const WRITES_PER_JOB = 10;

/** How often in the whole fleet, whatever its size: people are to see each of these, and not to drown in them. */
export const PER_MINUTE = { question: 1, drop: 2, freeze: 0.5, death: 0.5, leave: 0.5, exhausted: 0.2 } as const;
/** How a job ends that is not completed. */
export const FAILED_SHARE = 0.06;
export const BLOCKED_SHARE = 0.03;
/** Where hardly anything is done in a minute it happens less often than that. */
const CHANCE_MAX = 0.15;

/** The chance per job that makes something happen so often a minute. */
export const chanceOf = (what: keyof typeof PER_MINUTE, { rate }: SimSettings): number =>
  Math.min(CHANCE_MAX, (PER_MINUTE[what] * WRITES_PER_JOB) / (60 * rate));

/** From one change of an agent to its next. */
export const stepMs = ({ agents, rate }: SimSettings): number => (1_000 * agents) / rate;

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

const FEW_AGENTS = 500;
/** A small fleet beats fast, so that one sees within seconds that somebody is late. */
export const heartbeatMs = ({ agents }: SimSettings): number =>
  agents <= FEW_AGENTS ? HEARTBEAT_MIN_MS : HEARTBEAT_DEFAULT_MS;

/** About as long as a job: slow agents hold on longer, and renewals stay a small part of what is sent. */
export const leaseMs = (settings: SimSettings): number =>
  Math.round(within(stepMs(settings) * WRITES_PER_JOB, 15_000, LEASE_MAX_MS));

/** How long an agent waits in line for a file before it goes on without. */
export const claimWaitMs = (settings: SimSettings): number => Math.round(within(stepMs(settings) * 6, 5_000, 60_000));

/** Durations of the protocol, in milliseconds, each derived where it depends on another. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const HEARTBEAT_DEFAULT_MS = 15 * SECOND;
export const HEARTBEAT_MIN_MS = 5 * SECOND;
export const HEARTBEAT_MAX_MS = 60 * SECOND;
/** Late and lost are multiples of the agent's own pace. */
export const lateAfterMs = (heartbeatEveryMs: number): number => heartbeatEveryMs * 1.5;
export const lostAfterMs = (heartbeatEveryMs: number): number => heartbeatEveryMs * 3;

export const LEASE_DEFAULT_MS = 120 * SECOND;
export const LEASE_MIN_MS = 5 * SECOND;
export const LEASE_MAX_MS = HOUR;
export const WAIT_MAX_MS = HOUR;
export const START_WITHIN_MS = MINUTE;
export const RETRY_BASE_MS = 2 * SECOND;
export const DIRECTIVE_EXPIRES_MS = 2 * HOUR;
export const ASK_LATE_MS = 15 * MINUTE;
export const REDELIVER_AFTER_MS = 30 * SECOND;
export const RECEIPT_WINDOW_MS = 10 * MINUTE;
export const REQUEST_TIMEOUT_MS = 10 * SECOND;
export const LINK_VALID_MS = 15 * MINUTE;
export const DAY_MS = 24 * HOUR;
export const HOUR_MS = HOUR;

/** Added to every deadline on the ledger clock: a clock may lag the committed one by this much, and no lease may end early. */
export const CLOCK_MARGIN_MS = 750;

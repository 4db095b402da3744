const HEARTBEATS_MISSED = 3;

/** So long may an agent be silent, and no longer. */
export const silenceMs = (heartbeatEveryMs: number): number => heartbeatEveryMs * HEARTBEATS_MISSED;

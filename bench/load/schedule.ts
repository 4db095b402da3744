/**
 * When each request of an open loop is due, in milliseconds from its start. The load does not wait for answers: a server
 * that stalls is charged for every request that should have been sent meanwhile.
 */
export interface Schedule {
  total: number;
  dueAt(index: number): number;
  /** How many are due by now. */
  dueBy(ms: number): number;
}

export function evenly(perSecond: number, seconds: number): Schedule {
  const total = Math.round(perSecond * seconds);
  const everyMs = 1_000 / perSecond;
  return {
    total,
    dueAt: (index) => index * everyMs,
    dueBy: (ms) => Math.max(0, Math.min(total, Math.floor(ms / everyMs) + 1)),
  };
}

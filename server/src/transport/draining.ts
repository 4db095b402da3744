const MS_PER_CLIENT = 2;
const MIN_SPREAD_MS = 200;
const MAX_SPREAD_MS = 3_000;

/** When each of so many clients should come back: spread, so that they do not all knock at once. */
export const reconnectAfterMs = (clients: number): number =>
  Math.round(Math.random() * Math.min(MAX_SPREAD_MS, Math.max(MIN_SPREAD_MS, clients * MS_PER_CLIENT)));

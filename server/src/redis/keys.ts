/** Every key of the hub. The braces keep the keys of a project in one slot of a Redis Cluster. */
export const ledgerKeys = (project: string) => ({
  meta: `sb:{${project}}:meta`,
  records: `sb:{${project}}:rec`,
  log: `sb:{${project}}:log`,
});

/** Metric series: derived, written without the ledger. */
export const seriesKey = (project: string): string => `sb:{${project}}:series`;

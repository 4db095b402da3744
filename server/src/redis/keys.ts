/** Every key of the hub. The braces keep the keys of a project in one slot of a Redis Cluster. */
export const ledgerKeys = (project: string) => ({
  project,
  meta: `sb:{${project}}:meta`,
  records: `sb:{${project}}:rec`,
  log: `sb:{${project}}:log`,
  turn: `sb:{${project}}:turn`,
  /** Metric series: derived, written without the ledger, deleted with it. */
  series: `sb:{${project}}:series`,
});

/** Written to see whether that is possible. */
export const READY_KEY = 'sb:ready';

/** Where a node hears what the others have written. Not a key: the braces of a project would spread it over a cluster. */
export const tailChannel = (node: string): string => `sb:tail:${node}`;

/** Where the nodes of one hub speak to each other. Unlike keys, channels are shared by all databases of a Redis. */
export const nodesChannel = (database: number): string => `sb:nodes:${database}`;

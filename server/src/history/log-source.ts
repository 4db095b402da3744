/** One entry of a log as it stands in the store: a batch of transactions. */
export interface StoredEntry {
  /** `<epoch>-<seq of its last transaction>`: ids grow across epochs. */
  id: string;
  /** The entry as JSON. */
  text: string;
}

/** The log of one project, read backwards. Two implementations, one contract suite. */
export interface LogSource {
  /** Up to `count` entries, newest first: those older than the id `before`, without it the newest. */
  newestFirst(before: string | undefined, count: number): Promise<StoredEntry[]>;
}

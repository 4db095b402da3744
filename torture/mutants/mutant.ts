/** One mechanism of the hub or the SDK taken out, by a change of its source text that is made while a test loads it. */
export interface Mutant {
  name: string;
  /** The section of docs/guarantees.md that is no longer true with it. */
  promise: string;
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  /** The test that notices: its file, and how its full name (groups and title, a space between) begins. */
  caughtBy: { file: string; test: string };
}

import { z } from 'zod';
import { count, largest, type Tally } from './tally.ts';

const KEPT = 10;
export const COMMITS_MAX = 2_000;

const touches = z.object({ commits: z.int(), touched: z.record(z.string(), z.int()) });
export type Touches = z.infer<typeof touches>;
export const hotspots = z.array(z.object({ path: z.string(), commits: z.int() }));
export type Hotspots = z.infer<typeof hotspots>;

/** One item is the list of files a commit touched. */
export const touchesTally: Tally<readonly string[], Touches> = {
  schema: touches,
  start: () => ({ commits: 0, touched: {} }),
  add: (state, files) => {
    state.commits += 1;
    for (const file of new Set(files)) count(state.touched, file);
  },
};

/** The files that are still there and were touched most. */
export const hotspotsOf = ({ touched }: Touches, files: readonly string[]): Hotspots =>
  largest(
    files.filter((path) => Object.hasOwn(touched, path)).map((path) => ({ path, commits: touched[path] ?? 0 })),
    ({ commits }) => commits,
    KEPT,
  );

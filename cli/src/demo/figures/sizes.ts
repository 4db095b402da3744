import { z } from 'zod';
import type { SourceFile } from '../files.ts';
import { largest, type Tally } from './tally.ts';

const LARGEST_KEPT = 10;
export const sizes = z.object({ largest: z.array(z.object({ path: z.string(), bytes: z.int() })) });
export type Sizes = z.infer<typeof sizes>;

export const sizesTally: Tally<Pick<SourceFile, 'path' | 'bytes'>, Sizes> = {
  schema: sizes,
  start: () => ({ largest: [] }),
  add: (state, { path, bytes }) => {
    state.largest = largest([...state.largest, { path, bytes }], (file) => file.bytes, LARGEST_KEPT);
  },
};

import { z } from 'zod';
import type { SourceFile } from '../files.ts';
import type { Tally } from './tally.ts';

/** A line with TODO or FIXME as a word of its own, in capitals. */
const TODO = /\b(?:TODO|FIXME)\b/;
const LISTED_MAX = 200;
const TEXT_MAX = 160;

export const todos = z.object({
  /** Lines, listed or not. */
  count: z.int(),
  list: z.array(z.object({ path: z.string(), line: z.int(), text: z.string() })),
});
export type Todos = z.infer<typeof todos>;

export const todosTally: Tally<SourceFile, Todos> = {
  schema: todos,
  start: () => ({ count: 0, list: [] }),
  add: (state, { path, text }) => {
    for (const [index, content] of (text ?? '').split('\n').entries()) {
      if (!TODO.test(content)) continue;
      state.count += 1;
      if (state.list.length < LISTED_MAX)
        state.list.push({ path, line: index + 1, text: content.trim().slice(0, TEXT_MAX) });
    }
  },
};

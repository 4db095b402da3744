import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const done = z.object({
  /** Monotonic. */
  at: z.number(),
  kind: z.string(),
  verified: z.boolean(),
  note: z.string(),
  times: z.number(),
});
/** A fault, as it turned out. */
export type Done = z.infer<typeof done>;

const course = z.object({
  seed: z.number(),
  /** Of hubs and Redis of the run's own; somebody else's log cannot be read. */
  own: z.boolean(),
  /** Monotonic: while faults were done. */
  from: z.number(),
  to: z.number(),
  done: z.array(done),
  /** Kinds that this run could not do at all. */
  impossible: z.array(z.string()),
  /** What did not come about though everything was well again: a hub that ends by itself, a message nobody hears. */
  unreached: z.string().optional(),
});
/** What was done in a run. Kept beside the histories: without it nobody can say that they are worth anything. */
export type Course = z.infer<typeof course>;

const fileIn = (folder: string): string => join(folder, 'course.json');

export const writeCourse = (folder: string, all: Course): Promise<void> =>
  writeFile(fileIn(folder), JSON.stringify(all, null, 2));

/** Throws, as a sentence, when the folder holds none. */
export async function readCourse(folder: string): Promise<Course> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => {
    throw new Error(`--check: ${fileIn(folder)} cannot be read; name the folder that a run left with --keep.`);
  });
  return course.parse(JSON.parse(text));
}

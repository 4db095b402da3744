import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Seen from the compiled bench, two levels below the repository. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

const manifest = z.object({ scripts: z.object({ start: z.string() }) });

/** What `npm start` tells Node itself: the hub is measured with it, and what it is compared with, too. */
export async function startArgs(): Promise<string[]> {
  const { scripts } = manifest.parse(JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')));
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

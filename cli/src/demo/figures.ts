import type { z } from 'zod';
import type { Area } from './areas.ts';
import { checks } from './figures/checks.ts';
import { hotspots } from './figures/hotspots.ts';
import { imports } from './figures/imports.ts';
import { inventory } from './figures/inventory.ts';
import { sizes } from './figures/sizes.ts';
import { todos } from './figures/todos.ts';
import { figureFile, type ReportFolder } from './report-folder.ts';

/** Everything that was found out about one area. */
export interface Figures {
  inventory: z.infer<typeof inventory>;
  sizes: z.infer<typeof sizes>;
  imports: z.infer<typeof imports>;
  todos: z.infer<typeof todos>;
  hotspots: z.infer<typeof hotspots>;
  checks: z.infer<typeof checks>;
}

/** What the tasks before this one left. A repository without history has no hot spots, a folder without scripts no checks. */
export async function readFigures(report: ReportFolder, { slug }: Area): Promise<Figures> {
  const read = async <T>(kind: string, schema: z.ZodType<T>, none: T): Promise<T> =>
    (await report.readJson(figureFile(kind, slug), schema)) ?? none;
  return {
    inventory: await read('inventory', inventory, { files: 0, bytes: 0, lines: 0, languages: {} }),
    sizes: await read('sizes', sizes, { largest: [] }),
    imports: await read('imports', imports, { statements: 0, internal: {}, external: {} }),
    todos: await read('todos', todos, { count: 0, list: [] }),
    hotspots: await read('hotspots', hotspots, []),
    checks: await read('checks', checks, []),
  };
}

import { join } from 'node:path';
import { chooseAreas, ROOT } from '../areas.ts';
import { checkScriptsOf } from '../figures/checks.ts';
import { listFiles } from '../files.ts';
import { breathe, type Job } from '../job.ts';
import { planTasks } from '../plan.ts';
import { PLAN_FILE, type PlanFile } from '../report-folder.ts';

/** Looks at what is there and makes the plan of it: one `task.createMany`, whose tasks depend on each other. */
export async function makePlan(job: Omit<Job, 'plan'>): Promise<string> {
  const { settings, report, work, client, task } = job;
  const { tasks: known } = await client.command('task.list', { limit: 2 });
  const planned = await report.read(PLAN_FILE);
  // An attempt that was cut off between creating the tasks and completing this one.
  if (planned !== '' && known.some(({ id }) => id !== task.id)) return 'The plan was there already.';

  await work.progress(5, { doing: 'listing files' });
  const { files, unreadable } = await listFiles(settings.root, settings.hasHistory);
  if (files.length === 0) throw new Error('There are no files in the repository.');
  const areas = chooseAreas(files);
  const plan: PlanFile = { repository: settings.root, areas, files, unreadable };
  await report.writeJson(PLAN_FILE, plan);
  await work.progress(50, { doing: `looking at ${areas.length} folders` });
  await breathe({ ...job, plan });
  const withChecks = new Set<string>();
  for (const { name, slug } of settings.hasHistory ? areas : []) {
    const scripts = await checkScriptsOf(name === ROOT ? settings.root : join(settings.root, name));
    if (scripts.length > 0) withChecks.add(slug);
  }
  const { tasks } = await client.command('task.createMany', {
    tasks: planTasks({ areas, hasHistory: settings.hasHistory, withChecks }),
  });
  return `${tasks.length} tasks for ${files.length} files in ${areas.length} folders.`;
}

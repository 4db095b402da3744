import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { plain } from '../../plain.ts';
import { filesOf, pathspecsOf } from '../areas.ts';
import { type Checks, checkScriptsOf, checksTally, notRun, runCheck } from '../figures/checks.ts';
import { COMMITS_MAX, hotspotsOf, touchesTally } from '../figures/hotspots.ts';
import { importsTally } from '../figures/imports.ts';
import { inventoryTally } from '../figures/inventory.ts';
import { sizesTally } from '../figures/sizes.ts';
import type { Tally } from '../figures/tally.ts';
import { todosTally } from '../figures/todos.ts';
import { readSource, type SourceFile, sizeOf } from '../files.ts';
import { cloneInto, commitsTouching } from '../git.ts';
import { type AreaJob, countInSteps } from '../job.ts';
import { nameFor } from '../plan.ts';
import { figureFile } from '../report-folder.ts';
import { shareFinding } from '../shared-files.ts';

const ownFiles = ({ area, plan }: AreaJob): string[] => filesOf(area, plan.areas, plan.files);
const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

const readAll = <State>(job: AreaJob, tally: Tally<SourceFile, State>): Promise<State> =>
  countInSteps(job, { items: ownFiles(job), load: (path) => readSource(job.settings.root, path), tally, unit: 'file' });

const keep = (job: AreaJob, kind: string, figures: unknown): Promise<void> =>
  job.report.writeJson(figureFile(kind, job.area.slug), figures);

export async function takeInventory(job: AreaJob): Promise<string> {
  const figures = await readAll(job, inventoryTally);
  await keep(job, 'inventory', figures);
  return `${count(figures.files, 'file')}, ${count(figures.lines, 'line')}, ${count(figures.bytes, 'byte')}.`;
}

export async function findLargest(job: AreaJob): Promise<string> {
  const load = async (path: string) => {
    const bytes = await sizeOf(job.settings.root, path);
    return bytes === null ? null : { path, bytes };
  };
  const figures = await countInSteps(job, { items: ownFiles(job), load, tally: sizesTally, unit: 'file' });
  await keep(job, 'sizes', figures);
  const [first] = figures.largest;
  if (first === undefined) return 'No files.';
  const finding = `${plain(first.path)} is the largest file of ${nameFor(job.area)}, ${count(first.bytes, 'byte')}`;
  await shareFinding(job, 'role:ai_specialist', finding);
  return `${finding}.`;
}

export async function traceImports(job: AreaJob): Promise<string> {
  const figures = await readAll(job, importsTally(job.plan.areas));
  await keep(job, 'imports', figures);
  return `${count(figures.statements, 'import')} from ${count(Object.keys(figures.internal).length, 'folder')} and ${count(Object.keys(figures.external).length, 'package')}.`;
}

export async function collectTodos(job: AreaJob): Promise<string> {
  const figures = await readAll(job, todosTally);
  await keep(job, 'todos', figures);
  const finding = `${nameFor(job.area)} has ${count(figures.count, 'line')} with TODO or FIXME`;
  if (figures.count > 0)
    await shareFinding(job, 'role:coordinator', `${finding}, the first in ${plain(figures.list[0]?.path)}`);
  return `${finding}.`;
}

export async function readHistory(job: AreaJob): Promise<string> {
  const { area, plan, settings, stop } = job;
  const commits = await commitsTouching(
    settings.root,
    { pathspecs: pathspecsOf(area, plan.areas), max: COMMITS_MAX },
    stop,
  );
  const touches = await countInSteps(job, {
    items: commits,
    load: (files) => Promise.resolve(files),
    tally: touchesTally,
    unit: 'commit',
  });
  const figures = hotspotsOf(touches, ownFiles(job));
  await keep(job, 'hotspots', figures);
  const [first] = figures;
  if (first === undefined) return 'No commit touches what is there now.';
  const finding = `${plain(first.path)} changes most in ${nameFor(area)}: ${count(first.commits, 'commit')}`;
  await shareFinding(job, 'role:quality_enhancer', finding);
  return `${finding}.`;
}

export async function runChecks(job: AreaJob): Promise<string> {
  const { area, settings, stop } = job;
  const scripts = await checkScriptsOf(join(settings.root, area.name));
  const copy = join(settings.scratch, settings.member);
  // One copy for each agent, made when it is first needed.
  const made = (await stat(copy).catch(() => null)) !== null;
  const problem = made
    ? null
    : await cloneInto(settings.root, copy, stop).then(
        () => null,
        (error: Error) => error.message,
      );
  const load = (script: string): Promise<Checks[number]> =>
    problem === null ? runCheck(join(copy, area.name), script, stop) : Promise.resolve(notRun(script, problem));
  const figures = await countInSteps(job, { items: scripts, load, tally: checksTally, unit: 'script' });
  await keep(job, 'checks', figures);
  return figures.map(({ script, outcome }) => `${script} ${outcome}`).join(', ') || 'No scripts any more.';
}

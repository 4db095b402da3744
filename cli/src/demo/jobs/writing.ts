import { z } from 'zod';
import { ROOT } from '../areas.ts';
import { allTasks, attemptsOf } from '../attempts.ts';
import { DEFINITIONS } from '../definitions.ts';
import { readFigures } from '../figures.ts';
import { type AreaJob, breathe, type Job } from '../job.ts';
import { areaPage, closerPage, type Focus, indexHead, indexLine, NOBODY, summaryPage } from '../pages.ts';
import { nameFor } from '../plan.ts';
import { type ReportFolder, reportFile } from '../report-folder.ts';
import { questionMs } from '../settings.ts';
import { changeSharedPage, threadOf } from '../shared-files.ts';

const OPTIONS_MAX = 4;
const OPTION_MAX_CHARACTERS = 120;
/** What the hub takes. */
const DOING_MAX = 200;
const FOCUS_FILE = 'focus.json';
const focusFile = z.object({ area: z.string(), by: z.string() });
const focusOf = async (report: ReportFolder): Promise<Focus> =>
  (await report.readJson(FOCUS_FILE, focusFile)) ?? { area: ROOT, by: 'nobody' };

/** The page of one folder, from what the tasks before it left and what was said about it. */
export async function writeReport(job: AreaJob): Promise<string> {
  const { client, report, area, task, work } = job;
  const figures = await readFigures(report, area);
  await breathe(job);
  const { messages } = await client.command('message.thread', { thread: threadOf(area.slug) });
  const notes = messages.map(({ from, body }) => ({ from, body: body ?? '' }));
  const before = await Promise.all(task.dependencies.map((taskId) => client.command('task.get', { taskId })));
  await report.write(
    reportFile(area.slug),
    areaPage(area, figures, { notes, attempts: before.map(({ task: done }) => attemptsOf(done)) }),
  );
  await work.progress(60, { doing: 'adding it to the index' });
  const line = indexLine(area, figures);
  await changeSharedPage(job, 'index.md', (index) =>
    index.includes(line) ? index : `${index === '' ? indexHead : index}${line}`,
  );
  return `${reportFile(area.slug)} is written.`;
}

/** Asks the people; the folder with the most lines is the default, so that the demo goes on without them. */
export async function askForFocus(job: Job): Promise<string> {
  const { client, plan, report, settings, work, task } = job;
  const sized = await Promise.all(
    plan.areas.map(async (area) => ({ area, lines: (await readFigures(report, area)).inventory.lines })),
  );
  const options = sized
    .sort((a, b) => b.lines - a.lines || (a.area.name < b.area.name ? -1 : 1))
    .map(({ area }) => nameFor(area))
    .filter((name) => name.length <= OPTION_MAX_CHARACTERS)
    .slice(0, OPTIONS_MAX);
  const largest = options[0] ?? ROOT;
  await work.progress(50, { doing: 'waiting for an answer' });
  const answer = await client.ask('Which folder deserves the closest look?', {
    // A question offers a choice only where there is one.
    ...(options.length > 1 ? { options } : {}),
    default: largest,
    deadlineMs: questionMs(settings.pace),
    blocking: true,
    taskId: task.id,
    signal: job.stop,
  });
  const chosen = answer.choice ?? answer.body ?? largest;
  // Words of one's own may name a folder too; otherwise the default stands.
  const area = plan.areas.find((one) => nameFor(one) === chosen) ?? plan.areas.find((one) => nameFor(one) === largest);
  await report.writeJson(FOCUS_FILE, { area: area?.name ?? ROOT, by: answer.by });
  return answer.by === NOBODY ? `Nobody answered in time, so it is ${chosen}.` : `${answer.by} chose ${chosen}.`;
}

export async function lookCloser(job: Job): Promise<string> {
  const { plan, report, work } = job;
  const focus = await focusOf(report);
  const area = plan.areas.find(({ name }) => name === focus.area);
  if (area === undefined) throw new Error(`There is no folder ${focus.area} in the plan.`);
  const figures = await readFigures(report, area);
  await work.progress(30, { doing: `reading what is known about ${nameFor(area)}`.slice(0, DOING_MAX) });
  await breathe(job);
  await changeSharedPage(job, 'closer-look.md', () => closerPage(area, figures, focus));
  return `closer-look.md is about ${nameFor(area)}.`;
}

/** Everything in one place: report.json for programs, index.md for people. */
export async function writeSummary(job: Job): Promise<string> {
  const { client, plan, report, work, settings } = job;
  const areas = await Promise.all(plan.areas.map(async (area) => ({ area, figures: await readFigures(report, area) })));
  const focus = await focusOf(report);
  const attempts = (await allTasks(client)).map(attemptsOf);
  await work.progress(40, { doing: 'adding up' });
  await breathe(job);
  const sum = (of: (figures: (typeof areas)[number]['figures']) => number): number =>
    areas.reduce((total, { figures }) => total + of(figures), 0);
  await report.writeJson('report.json', {
    repository: settings.root,
    project: client.project,
    totals: {
      files: sum(({ inventory }) => inventory.files),
      bytes: sum(({ inventory }) => inventory.bytes),
      lines: sum(({ inventory }) => inventory.lines),
      imports: sum(({ imports }) => imports.statements),
      todos: sum(({ todos }) => todos.count),
    },
    unreadable: plan.unreadable,
    folders: Object.fromEntries(
      areas.map(({ area, figures: { inventory, sizes, imports, todos, hotspots, checks } }) => [
        area.name,
        { ...inventory, largest: sizes.largest, imports, todos: todos.count, todoList: todos.list, hotspots, checks },
      ]),
    ),
    focus,
    attempts,
    definitions: DEFINITIONS,
  });
  const title = `Report on ${settings.root.split('/').at(-1)}`;
  await changeSharedPage(job, 'index.md', () =>
    summaryPage({ title, unreadable: plan.unreadable, areas, focus, attempts, definitions: DEFINITIONS }),
  );
  return `${plan.files.length} files in ${areas.length} folders; see index.md.`;
}

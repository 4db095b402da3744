import type { Area } from './areas.ts';
import type { Attempts } from './attempts.ts';
import type { Figures } from './figures.ts';
import { inert, number, section, table } from './markdown.ts';
import { nameFor } from './plan.ts';
import { reportFile } from './report-folder.ts';

const TODOS_SHOWN = 20;
const PACKAGES_SHOWN = 10;

export interface Note {
  from: string;
  body: string;
}

/** One line under the head: which figures, in words. */
const summaryOf = ({ inventory, imports, todos }: Figures): string =>
  `${number(inventory.files)} files, ${number(inventory.lines)} lines, ${number(inventory.bytes)} bytes, ${number(imports.statements)} imports, ${number(todos.count)} TODO or FIXME.\n`;

const attemptRows = (attempts: readonly Attempts[]): string[][] =>
  attempts.map(({ taskId, title, agents, startedFromCheckpoint }) => [
    taskId,
    title,
    agents.join(', then '),
    startedFromCheckpoint ? 'continued from checkpoint' : '',
  ]);

const byCount = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));

/** The page of one folder. */
export function areaPage(
  area: Area,
  figures: Figures,
  { notes, attempts }: { notes: readonly Note[]; attempts: readonly Attempts[] },
): string {
  const { inventory, sizes, imports, todos, hotspots, checks } = figures;
  const languages = Object.entries(inventory.languages).sort(([a, x], [b, y]) => y.lines - x.lines || (a < b ? -1 : 1));
  return [
    `# ${inert(nameFor(area))}\n\n${summaryOf(figures)}`,
    section(
      'Languages',
      table(
        ['language', 'files', 'lines'],
        languages.map(([name, { files, lines }]) => [name, files, lines]),
      ),
    ),
    section(
      'Largest files',
      table(
        ['file', 'bytes'],
        sizes.largest.map(({ path, bytes }) => [path, bytes]),
      ),
    ),
    section('Imports from other folders', table(['folder', 'imports'], byCount(imports.internal))),
    section('Packages', table(['package', 'imports'], byCount(imports.external).slice(0, PACKAGES_SHOWN))),
    section(
      'Hot spots',
      table(
        ['file', 'commits'],
        hotspots.map(({ path, commits }) => [path, commits]),
      ),
    ),
    section(
      'TODO and FIXME',
      table(
        ['file', 'line', 'text'],
        todos.list.slice(0, TODOS_SHOWN).map(({ path, line, text }) => [path, line, text]),
      ),
    ),
    checks.length === 0
      ? ''
      : section(
          'Check scripts, run in a copy without installing anything',
          table(
            ['script', 'outcome', 'exit code', 'seconds'],
            checks.map(({ script, outcome, exitCode, seconds }) => [script, outcome, exitCode ?? '', seconds]),
          ),
        ),
    notes.length === 0
      ? ''
      : section(
          'What the agents told each other',
          `${notes.map(({ from, body }) => `- ${inert(from)}: ${inert(body)}`).join('\n')}\n`,
        ),
    section('Who did it', table(['task', 'what', 'agents', ''], attemptRows(attempts))),
  ].join('');
}

/** The lines of the index while reports come in; the summary replaces them. */
export const indexHead = '# Report\n\nBeing written.\n\n';
export const indexLine = (area: Area, figures: Figures): string =>
  `- [${inert(nameFor(area))}](${reportFile(area.slug)}): ${summaryOf(figures)}`;

export interface Focus {
  area: string;
  by: string;
}

/** Who answers a question at its deadline, with its default. */
export const NOBODY = 'hub';
const choiceOf = ({ by }: Focus): string =>
  by === NOBODY ? 'nobody answered in time: its default' : `chosen by ${inert(by)}`;
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export function closerPage(area: Area, { sizes, hotspots, todos }: Figures, focus: Focus): string {
  return [
    `# A closer look at ${inert(nameFor(area))}\n\n${sentence(choiceOf(focus))}\n`,
    section('Large, and changed often', table(['file', 'bytes', 'commits'], bothOf(sizes, hotspots))),
    section(
      'Unfinished',
      table(
        ['file', 'line', 'text'],
        todos.list.map(({ path, line, text }) => [path, line, text]),
      ),
    ),
  ].join('');
}

function bothOf(sizes: Figures['sizes'], hotspots: Figures['hotspots']): [string, number | string, number | string][] {
  const paths = [...new Set([...hotspots.map(({ path }) => path), ...sizes.largest.map(({ path }) => path)])];
  return paths.map((path) => [
    path,
    sizes.largest.find((file) => file.path === path)?.bytes ?? '',
    hotspots.find((file) => file.path === path)?.commits ?? '',
  ]);
}

export interface Summary {
  title: string;
  /** Files and folders that were there and could not be read. */
  unreadable: number;
  areas: readonly { area: Area; figures: Figures }[];
  focus: Focus;
  attempts: readonly Attempts[];
  definitions: Record<string, string>;
}

export function summaryPage({ title, unreadable, areas, focus, attempts, definitions }: Summary): string {
  const rows = areas.map(({ area, figures: { inventory, imports, todos, hotspots } }) => [
    nameFor(area),
    inventory.files,
    inventory.lines,
    inventory.bytes,
    imports.statements,
    todos.count,
    hotspots[0]?.path ?? '',
  ]);
  const again = attempts.filter(({ agents }) => agents.length > 1);
  return [
    `# ${inert(title)}\n\nTaken stock of by six agents. Every figure is also in [report.json](report.json).\n`,
    unreadable === 0
      ? ''
      : `\n${number(unreadable)} ${unreadable === 1 ? 'file or folder' : 'files and folders'} could not be read and ${unreadable === 1 ? 'is' : 'are'} not counted.\n`,
    section('Folders', table(['folder', 'files', 'lines', 'bytes', 'imports', 'TODO', 'changed most'], rows)),
    `\n${areas.map(({ area }) => `- [${inert(nameFor(area))}](${reportFile(area.slug)})`).join('\n')}\n`,
    section('A closer look', `[${inert(nameFor({ name: focus.area }))}](closer-look.md), ${choiceOf(focus)}.\n`),
    section('Findings', 'See [findings.md](findings.md).\n'),
    section('Tasks that more than one agent had', table(['task', 'what', 'agents', ''], attemptRows(again))),
    section(
      'What the figures mean',
      `${Object.entries(definitions)
        .map(([name, text]) => `- **${name}**: ${text}`)
        .join('\n')}\n`,
    ),
  ].join('');
}

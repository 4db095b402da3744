import type { CommandInput } from '@signalbox/shared/commands';
import { plain } from '../plain.ts';
import { type Area, ROOT } from './areas.ts';
import type { Ability } from './roster.ts';

/** Kinds of tasks; a task's `type` says which. */
export const KINDS = [
  'plan',
  'inventory',
  'sizes',
  'imports',
  'todos',
  'hotspots',
  'checks',
  'report',
  'focus',
  'closer',
  'summary',
] as const;
export type Kind = (typeof KINDS)[number];
export type PlannedTask = CommandInput<'task.createMany'>['tasks'][number];

/** Where a task's area stands in its description, after the words for people: by its slug, as a name may be anything. */
const AREA_LINE = /^Folder: .* \(([A-Za-z0-9-]+)\)$/m;
export const areaSlugIn = (description: string | undefined): string | undefined =>
  AREA_LINE.exec(description ?? '')?.[1];

const WORDS: Record<
  Exclude<Kind, 'plan' | 'focus' | 'closer' | 'summary'>,
  { title(area: string): string; about: string; needs: Ability }
> = {
  inventory: { title: (area) => `Count ${area}`, about: 'Files, bytes, lines and languages.', needs: 'counting' },
  sizes: { title: (area) => `Find the largest files of ${area}`, about: 'The ten largest files.', needs: 'counting' },
  imports: {
    title: (area) => `Trace the imports of ${area}`,
    about: 'Which part imports which, and which packages.',
    needs: 'reading',
  },
  todos: {
    title: (area) => `Collect TODO and FIXME in ${area}`,
    about: 'Every line that promises work.',
    needs: 'reading',
  },
  hotspots: {
    title: (area) => `Read the history of ${area}`,
    about: 'The files most commits touch.',
    needs: 'history',
  },
  checks: {
    title: (area) => `Run the check scripts of ${area}`,
    about: 'In a copy, each with a time limit.',
    needs: 'checking',
  },
  report: {
    title: (area) => `Write the report on ${area}`,
    about: 'One page from the figures of this folder.',
    needs: 'writing',
  },
};

export interface PlanInput {
  areas: readonly Area[];
  hasHistory: boolean;
  /** Slugs of the areas that have check scripts. */
  withChecks: ReadonlySet<string>;
}

/** What people call it, on one line: it stands in titles. */
export const nameFor = ({ name }: Pick<Area, 'name'>): string => (name === ROOT ? 'the rest' : plain(name));

/** The whole plan: per area its figures and a report, then one question, a closer look and the summary. Pure. */
export function planTasks({ areas, hasHistory, withChecks }: PlanInput): PlannedTask[] {
  const perArea = areas.map((area) => tasksFor(area, { hasHistory, hasChecks: withChecks.has(area.slug) }));
  const keysOf = (...kinds: Kind[]): string[] =>
    perArea.flat().flatMap(({ key, type }) => (key !== undefined && kinds.some((kind) => kind === type) ? [key] : []));
  return [
    ...perArea.flat(),
    {
      key: 'focus',
      type: 'focus',
      title: 'Ask which folder deserves the closest look',
      description: 'One question to the people; its default is taken at the deadline.',
      dependencies: keysOf('inventory'),
      requires: [],
      priority: 1,
    },
    {
      key: 'closer',
      type: 'closer',
      title: 'Take a closer look at the chosen folder',
      description: 'What is large, what changes often and what is unfinished there, side by side.',
      dependencies: ['focus', ...keysOf('sizes', 'todos', 'hotspots')],
      requires: ['writing'],
      files: ['report/closer-look.md'],
    },
    {
      key: 'summary',
      type: 'summary',
      title: 'Write the summary',
      description: 'All figures in report.json and index.md.',
      dependencies: ['closer', ...keysOf('report')],
      requires: ['writing'],
      files: ['report/index.md', 'report/report.json'],
    },
  ];
}

function tasksFor(area: Area, { hasHistory, hasChecks }: { hasHistory: boolean; hasChecks: boolean }): PlannedTask[] {
  const key = (kind: Kind): string => `${kind}:${area.slug}`;
  const task = (kind: keyof typeof WORDS, dependencies: Kind[]): PlannedTask => ({
    key: key(kind),
    type: kind,
    title: WORDS[kind].title(nameFor(area)).slice(0, 200),
    description: `${WORDS[kind].about}\n\nFolder: ${plain(area.name)} (${area.slug})`,
    dependencies: dependencies.map(key),
    requires: [WORDS[kind].needs],
    files: [`report/areas/${area.slug}/${kind === 'report' ? 'report.md' : `${kind}.json`}`],
  });
  const figures: Kind[] = ['inventory', 'sizes', 'imports', 'todos'];
  return [
    { ...task('inventory', []), priority: 2 },
    task('sizes', ['inventory']),
    task('imports', ['inventory']),
    task('todos', ['inventory']),
    ...(hasHistory ? [task('hotspots', [])] : []),
    ...(hasChecks ? [task('checks', [])] : []),
    task('report', [
      ...figures,
      ...(hasHistory ? (['hotspots'] as const) : []),
      ...(hasChecks ? (['checks'] as const) : []),
    ]),
  ];
}

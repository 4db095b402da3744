import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planTasks } from '@signalbox/cli/demo/plan';
import { ROSTER } from '@signalbox/cli/demo/roster';
import { Random } from '@signalbox/cli/sim/random';
import { REPOSITORY } from '../machine/start-args.ts';

/** Work of which everything is known beforehand, unlike in life: only the hub is not told how long it takes. */
export interface WorkPlan {
  tasks: Work[];
  agents: { id: string; capabilities: string[]; speed: number }[];
}

export interface Work {
  key: string;
  dependencies: string[];
  requires: string[];
  files: string[];
  priority: number;
  /** Of an agent of speed 1. */
  minutes: number;
}

const SKILLS = ['typescript', 'sql', 'docs'] as const;
const FOLDERS = 12;

/** Skills spread unevenly: some agents have one, some all. Nobody's speed is known to the hub. */
const crew = (random: Random, size: number) =>
  Array.from({ length: size }, (_, n) => ({
    id: `agent-${n}`,
    capabilities: n < SKILLS.length ? [SKILLS[n] ?? ''] : random.some(SKILLS, random.int(1, SKILLS.length)),
    speed: random.between(0.6, 1.4),
  }));

const minutes = (random: Random): number => Math.round(random.between(2, 10) * (random.chance(0.15) ? 6 : 1));

/** A graph in which each task depends on up to three of the thirty before it, and half of them touch a file. Of one priority: who serves the first come knows none. */
export function randomPlan(seed: number): WorkPlan {
  const random = new Random(seed, 'random');
  const tasks = Array.from({ length: 200 }, (_, n): Work => {
    const before = Array.from({ length: Math.min(n, 30) }, (__, back) => `t${n - 1 - back}`);
    return {
      key: `t${n}`,
      dependencies: random.chance(0.3) ? [] : random.some(before, random.int(0, 3)),
      requires: random.chance(0.6) ? [random.pick(SKILLS)] : [],
      files: random.chance(0.5) ? [`src/part-${random.int(1, FOLDERS)}/file-${random.int(1, 4)}.ts`] : [],
      priority: 3,
      minutes: minutes(random),
    };
  });
  return { tasks, agents: crew(random, 12) };
}

/** What `signalbox demo` plans for a repository of so many folders, for its own crew. */
export function demoPlan(seed: number): WorkPlan {
  const random = new Random(seed, 'demo');
  const areas = Array.from({ length: 4 + (seed % 7) }, (_, n) => ({ name: `part-${n}`, slug: `part-${n}` }));
  const withChecks = new Set(areas.filter(() => random.chance(0.5)).map(({ slug }) => slug));
  const tasks = planTasks({ areas, hasHistory: true, withChecks }).map(
    (task, n): Work => ({
      key: task.key ?? `task-${n}`,
      dependencies: task.dependencies ?? [],
      requires: task.requires ?? [],
      files: task.files ?? [],
      priority: task.priority ?? 3,
      minutes: minutes(random),
    }),
  );
  const agents = ROSTER.map(({ id, abilities }) => ({
    id,
    capabilities: [...abilities],
    speed: random.between(0.6, 1.4),
  }));
  return { tasks, agents };
}

const MAX_DEPENDENCIES = 200;

/** One task per package of this repository's lockfile, after the packages it depends on. */
export function lockfilePlan(seed: number): WorkPlan {
  const random = new Random(seed, 'lockfile');
  const lockfile: unknown = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'));
  const graph = new Map<string, string[]>();
  for (const [path, entry] of Object.entries(fieldOf(lockfile, 'packages')))
    if (path.lastIndexOf('node_modules/') === 0)
      graph.set(path.slice('node_modules/'.length), Object.keys(fieldOf(entry, 'dependencies')));
  const tasks: Work[] = [];
  const state = new Map<string, 'open' | 'done'>();
  // Packages may depend on each other in a circle: whatever would close one is left out.
  const visit = (name: string): void => {
    state.set(name, 'open');
    const dependencies: string[] = [];
    for (const other of graph.get(name) ?? []) {
      if (!graph.has(other)) continue;
      if (!state.has(other)) visit(other);
      if (state.get(other) === 'done' && dependencies.length < MAX_DEPENDENCIES) dependencies.push(other);
    }
    state.set(name, 'done');
    const requires = random.chance(0.4) ? [random.pick(SKILLS)] : [];
    tasks.push({
      key: name,
      dependencies,
      requires,
      files: [`packages/${name}/index.ts`],
      priority: 3,
      minutes: minutes(random),
    });
  };
  for (const name of graph.keys()) if (!state.has(name)) visit(name);
  return { tasks, agents: crew(random, 24) };
}

const fieldOf = (value: unknown, name: string): Record<string, unknown> => {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof field === 'object' && field !== null ? Object.fromEntries(Object.entries(field)) : {};
};

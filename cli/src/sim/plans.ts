import type { CommandInput } from '@signalbox/shared/commands';
import { memberOf } from './cast.ts';
import { fileOf, partsFor } from './files.ts';
import { Random } from './random.ts';
import { chanceOf, FAILED_SHARE, type SimSettings, stepMs, WRITES_PER_JOB } from './settings.ts';
import { AREAS, CHORES, FEATURES } from './words.ts';

export type PlannedTask = CommandInput<'task.createMany'>['tasks'][number];
export interface Plan {
  tasks: PlannedTask[];
  /** Not every plan is announced: in a large fleet each announcement is read by a thousand agents. */
  announcement: CommandInput<'message.send'> | undefined;
}

const SMALLEST = 8;
const LARGEST = 500;
/** Against features, of several tasks that wait for each other: together more than half of all tasks can be begun. */
const CHORE_SHARE = 0.75;
const REVIEWED_SHARE = 0.1;
const ONE_TRY_SHARE_MAX = 0.1;
const NEEDS_SKILL_SHARE = 0.5;
const ANNOUNCED_UP_TO_AGENTS = 50;

const planSize = (agents: number): number => Math.min(LARGEST, Math.max(SMALLEST, Math.round(agents / 2)));

/** The coordinator's plan of this number. Pure: the same settings give the same plan. */
export function planOf(settings: SimSettings, number: number): Plan {
  const random = new Random(settings.seed, 'plan', number);
  const size = planSize(settings.agents);
  const tasks: PlannedTask[] = [];
  while (tasks.length < size)
    tasks.push(...(random.chance(CHORE_SHARE) ? [chore(random, settings)] : feature(random, settings, tasks.length)));
  const announced = random.chance(Math.min(1, ANNOUNCED_UP_TO_AGENTS / settings.agents));
  return {
    tasks,
    announcement: announced
      ? {
          to: `role:${random.pick(['speed_developer', 'quality_enhancer', 'ai_specialist'])}`,
          type: 'note',
          body: `Plan ${number + 1} is out: ${tasks.length} tasks, from "${tasks[0]?.title}" on.`,
          thread: `plan-${number + 1}`,
        }
      : undefined,
  };
}

function chore(random: Random, settings: SimSettings): PlannedTask {
  const area = random.pick(AREAS);
  return task(random, settings, { title: `${random.pick(CHORES)} ${area}`, type: 'chore', area });
}

/** Design, then the parts side by side, then the tests of all. */
function feature(random: Random, settings: SimSettings, from: number): PlannedTask[] {
  const area = random.pick(AREAS);
  const what = `${random.pick(FEATURES)} for ${area}`;
  const design = { ...task(random, settings, { title: `Design ${what}`, type: 'design', area }), key: `${from}` };
  const parts = Array.from({ length: random.int(1, 3) }, (_, at) => ({
    ...task(random, settings, { title: `Implement ${what}, part ${at + 1}`, type: 'feature', area }),
    key: `${from}.${at + 1}`,
    dependencies: [design.key],
  }));
  const test = task(random, settings, { title: `Test ${what}`, type: 'test', area });
  return [design, ...parts, { ...test, dependencies: parts.map(({ key }) => key) }];
}

function task(
  random: Random,
  settings: SimSettings,
  { title, type, area }: { title: string; type: string; area: string },
): PlannedTask {
  const parts = partsFor(settings.agents);
  const files = Array.from({ length: random.int(1, 3) }, () => fileOf(random, area, parts));
  // What somebody of the fleet can do, so that every task finds its agent.
  const skilled = memberOf(settings, random.int(1, settings.agents - 1));
  // Their first failure is final, and an alarm.
  const oneTryShare = Math.min(ONE_TRY_SHARE_MAX, chanceOf('exhausted', settings) / FAILED_SHARE);
  const jobMinutes = (stepMs(settings) * WRITES_PER_JOB) / 60_000;
  return {
    title,
    type,
    description: `Made up by \`signalbox sim\`, seed ${settings.seed}. Nothing in this project is real.`,
    priority: random.pick([1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4]),
    files: [...new Set(files)],
    requires: random.chance(NEEDS_SKILL_SHARE) ? random.some(skilled.capabilities, 1) : [],
    estimatedMinutes: Math.max(0.1, Math.round(jobMinutes * random.between(0.7, 1.6) * 10) / 10),
    ...(random.chance(REVIEWED_SHARE) && { review: true }),
    ...(random.chance(oneTryShare) && { maxAttempts: 1 }),
  };
}

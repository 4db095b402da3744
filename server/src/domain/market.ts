import type { TaskRecord } from '@signalbox/shared/records/task';

/**
 * Work and workers as assignment looks at them: ready tasks that require the same stand in one line, agents that can do
 * the same are one crew, and a line knows the crews that can do it. A decision looks at heads of lines and at the best of
 * crews, so its cost follows what it decides and not how many wait.
 */
export interface Market {
  /** Every line that has a task. */
  readonly lines: Iterable<TaskLine>;
  /** Every crew with somebody who takes tasks as they come and has room for one. */
  readonly freeCrews: Iterable<Crew>;
  lineOf(task: Pick<TaskLine, 'requires'>): TaskLine | undefined;
  /** The crew of an agent that takes part; undefined for who left, is lost or takes no tasks. */
  crewOf(agentId: string): Crew | undefined;
  freeAgent(agentId: string): FreeAgent | undefined;
  /** Mean of all samples the scores are made of; null while there are none. */
  readonly meanScore: number | null;
}

/** Where a task stands: the lower weight first, then the lower number. */
export interface Place {
  weight: number;
  number: number;
  id: string;
}

export const isBefore = (a: Place, b: Place): boolean =>
  a.weight < b.weight || (a.weight === b.weight && a.number < b.number);

export interface Ordered<T> extends Iterable<T> {
  readonly size: number;
  first(): T | undefined;
  /** The first one behind an entry, whether that is still there or not. */
  next(entry: T): T | undefined;
  /** The one with so many before it. */
  at(place: number): T | undefined;
}

export interface TaskLine {
  readonly requires: readonly string[];
  readonly tasks: Ordered<Place>;
  /** The same tasks by {@link reasonKey}. */
  readonly byReason: ReadonlyMap<string, Ordered<Place>>;
  /** Who can do them. */
  readonly crews: ReadonlySet<Crew>;
  /** What was found out about why its tasks wait; the market forgets it when an agent of its crews comes, goes or changes. */
  why: TaskRecord['waiting'];
}

/** An agent that takes tasks as they come, is there and has room. */
export interface FreeAgent {
  agentId: string;
  /** Share of its places that are taken. */
  load: number;
  score: number | null;
  skills: number;
  stateAt: number;
}

/** Agents with the same capabilities that take part. */
export interface Crew {
  readonly capabilities: ReadonlySet<string>;
  readonly lines: ReadonlySet<TaskLine>;
  readonly members: Ordered<string>;
  /** How many of them a person has paused; how many others take no more until a person says so. */
  readonly paused: number;
  readonly draining: number;
  /** Those who are there and take tasks as they come, and those who are there and have to ask. */
  readonly pushed: ReadonlySet<string>;
  readonly asking: Ordered<string>;
  readonly freeCount: number;
  /** The free ones with a score and those without, the best first; of a folder: who worked there lately. */
  free(folder?: string): readonly Ordered<FreeAgent>[];
}

export const reasonKey = (waiting: TaskRecord['waiting']): string =>
  waiting === undefined ? '' : `${waiting.code} ${waiting.on}`;

/** A task counts as this much younger for each step its priority is below high. */
export const AGING_STEP_MS = 30 * 60_000;

/**
 * Critical tasks before all others. The others by age, with a handicap for a lower priority: a low one is passed by what
 * is high and comes within an hour of it, and by nothing that comes later.
 */
export const weightOf = ({ priority, createdAt }: Pick<TaskRecord, 'priority' | 'createdAt'>): number =>
  priority === 1 ? 0 : createdAt + (priority - 2) * AGING_STEP_MS;

/** Whoever can do all of it. */
export const canDo = (capabilities: ReadonlySet<string>, { requires }: Pick<TaskLine, 'requires'>): boolean =>
  requires.every((capability) => capabilities.has(capability));

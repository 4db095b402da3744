import type { z } from 'zod';

/** A figure that is built up item by item; its state is what a checkpoint keeps. */
export interface Tally<Item, State> {
  schema: z.ZodType<State>;
  start(): State;
  /** Changes the state it is given and nothing else. */
  add(state: State, item: Item): void;
}

/** One more of `key`. */
export function count(counts: Record<string, number>, key: string): void {
  counts[key] = (Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0) + 1;
}

/** The first `max` by a number, largest first, ties by path: the order does not depend on the order of arrival. */
export function largest<T extends { path: string }>(items: readonly T[], by: (item: T) => number, max: number): T[] {
  return [...items].sort((a, b) => by(b) - by(a) || (a.path < b.path ? -1 : 1)).slice(0, max);
}

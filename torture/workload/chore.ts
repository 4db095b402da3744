import type { Answer, Fields } from '../history/line.ts';
import type { Random } from '../random.ts';

/** One thing an agent may do next, and how often of all it does. */
export interface Chore {
  weight: number;
  do(): Promise<unknown>;
}

/** Undefined when the agent ended before there was an answer. */
export type Call = (command: string, input: Fields) => Promise<Answer | undefined>;

export function pickByWeight(chores: readonly Chore[], random: Random): Chore {
  let left = random.next() * chores.reduce((sum, { weight }) => sum + weight, 0);
  for (const chore of chores) {
    left -= chore.weight;
    if (left < 0) return chore;
  }
  throw new Error('there is nothing to do');
}

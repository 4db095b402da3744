import type { Cluster } from '../cluster/cluster.ts';
import type { Random } from '../random.ts';

export interface Seen {
  /** It is known to have happened, not only to have been ordered. */
  verified: boolean;
  /** What was done to whom, and how that was seen. */
  note: string;
}

export interface Happened extends Seen {
  /** How many it befell at once, when it is to be counted so; 1 otherwise. */
  times?: number;
  /**
   * What of it goes on while other faults happen. It ends by itself, with a verdict of its own: the fault is told only
   * then, verified when both were, with both notes.
   */
  rest?: Promise<Seen>;
}

export interface Fault {
  kind: string;
  /** How often it comes, against the others, once every kind was there. */
  weight: number;
  /** False where this run cannot do it, or not now. */
  isPossible(cluster: Cluster): boolean;
  /** Does it, sees that it happened, and takes it back. */
  happen(cluster: Cluster, random: Random): Promise<Happened>;
}

export const always = (): boolean => true;

/** Is there an agent whom nothing befalls yet? */
export const hasFreeAgent = ({ agents }: Cluster): boolean => agents.some(({ busy }) => !busy);

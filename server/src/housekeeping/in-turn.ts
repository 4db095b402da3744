import type { Neighbours } from '../nodes/nodes.ts';

/** From one look of a node to the next, and until the others know what it did then. */
const TURN_MS = 150;

/**
 * How much later than the first node this one does what every node would do, so that it finds it done. Nothing depends
 * on it: two nodes that do the same conflict, and the second finds nothing left to do.
 */
export const inTurnMs = (nodes: Neighbours): number => nodes.rank() * TURN_MS;

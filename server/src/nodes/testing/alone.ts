import type { LiveTime } from '../../presence/live-time.ts';
import type { Neighbours } from '../nodes.ts';

/** The only node there is. */
export const alone = (live: LiveTime): Neighbours => ({
  others: () => [],
  rank: () => 0,
  leads: () => true,
  isGone: () => true,
  heardUntil: () => live.now(),
  findGone: async () => {},
  onGone: () => () => {},
  onGap: () => () => {},
});

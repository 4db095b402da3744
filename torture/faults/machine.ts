import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const HOUR_MS = 3_600_000;
const JUMPED_MS = 1_500;
/** How exactly a clock is read across two processes. */
const READ_WITHIN_MS = 500;
const DIES_WITHIN_MS = 30_000;
const ALMOST_NOTHING = 64 * 1024;

export const clockJump: Fault = {
  kind: 'wall clock jumps',
  weight: 2,
  isPossible: ({ sites }) => sites.length > 0,
  async happen({ sites }, random) {
    const { hub } = random.pick(sites);
    const jumpMs = random.pick([-2, -1, 1, 2]) * HOUR_MS + random.int(0, 60_000);
    const off = await hub.jumpClock(jumpMs);
    await delay(JUMPED_MS);
    const back = await hub.jumpClock(0);
    const verified = Math.abs(off - jumpMs) < READ_WITHIN_MS && Math.abs(back) < READ_WITHIN_MS;
    return { verified, note: `${hub.name} was ${Math.round(off / 60_000)} min off, then right again` };
  },
};

export const diskFull: Fault = {
  kind: 'disk full',
  weight: 1,
  isPossible: ({ redis }) => redis?.ownDisk === true,
  async happen({ redis }) {
    if (redis === undefined) return { verified: false, note: 'there is no Redis of the run' };
    const left = await redis.fillDisk();
    // With `appendfsync always` it ends rather than answer what it cannot keep.
    const died = await Promise.race([redis.ended.then(() => true), delay(DIES_WITHIN_MS, false, { ref: false })]);
    await redis.freeDisk();
    if (died) await redis.restart();
    return { verified: left < ALMOST_NOTHING && died, note: `${left} bytes left; Redis ended: ${died}` };
  },
};

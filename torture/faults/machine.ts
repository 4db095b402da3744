import { setTimeout as delay } from 'node:timers/promises';
import type { HubNode } from '../cluster/hub-node.ts';
import type { Fault } from './fault.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JUMPED_MS = 1_500;
/** How exactly a clock is read by asking a busy hub; far below any jump. */
const READ_WITHIN_MS = 10_000;
const DIES_WITHIN_MS = 30_000;
const ALMOST_NOTHING = 64 * 1024;

export const clockJump: Fault = {
  kind: 'wall clock jumps',
  weight: 2,
  isPossible: ({ sites }) => sites.length > 0,
  async happen({ sites }, random) {
    const { hub } = random.pick(sites);
    const jumpMs = random.pick([-2, -1, 1, 2]) * HOUR_MS + random.int(0, MINUTE_MS);
    await hub.jumpClock(jumpMs);
    await delay(JUMPED_MS);
    const off = await offBy(hub);
    await hub.jumpClock(0);
    const back = await offBy(hub);
    const verified = Math.abs(off - jumpMs) < READ_WITHIN_MS && Math.abs(back) < READ_WITHIN_MS;
    return { verified, note: `an export of ${hub.name} was ${minutes(off)} min off, the next one ${minutes(back)}` };
  },
};

const offBy = async (hub: HubNode): Promise<number> => (await hub.wallClock()) - Date.now();
const minutes = (ms: number): number => Math.round(ms / MINUTE_MS);

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

import type { Outcome } from '../load/orders.ts';

/** From this share of its core on, a process is what everybody waits for. */
const BUSY = 0.9;

export interface Busy {
  server: number;
  redis: number;
  generator: number;
}

/** Shares of a core. The CPU of a run is of the server and its Redis, in this order. */
export function busyIn({ elapsedMs, cpuMs: [server = 0, redis = 0], generatorCpuMs }: Outcome): Busy {
  return { server: server / elapsedMs, redis: redis / elapsedMs, generator: generatorCpuMs / elapsedMs };
}

/** What a run at full speed waited for. */
export function limitOf({ server, redis, generator }: Busy, redisSharesLoadCore: boolean): string {
  if (server >= BUSY) return 'the server';
  if (generator >= BUSY) return 'the load generator';
  if (redis >= BUSY) return 'Redis';
  if (redisSharesLoadCore && redis + generator >= BUSY) return 'the core that the load generator shares with Redis';
  return 'waiting (disk, or the other parts)';
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const busyText = ({ server, redis, generator }: Busy): string =>
  `server ${percent(server)}, Redis ${percent(redis)}, load ${percent(generator)} of a core`;

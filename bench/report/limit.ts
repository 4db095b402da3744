import type { Outcome } from '../load/orders.ts';

/** From this share of its core on, a process is what everybody waits for. */
const BUSY = 0.9;
/** From this share of a core on, programs that are no part of the bench have spoilt the run. */
const DISTURBED = 0.15;

/** Shares of a core. */
export interface Busy {
  server: number;
  redis: number;
  generator: number;
  /** Whatever else runs on the machine. */
  others: number;
}

/** The CPU of a run is that of the server and its Redis, in this order. */
export function busyIn(outcome: Outcome): Busy {
  const { elapsedMs, cpuMs, generatorCpuMs, machineCpuMs } = outcome;
  const [server = 0, redis = 0] = cpuMs;
  const others = Math.max(0, machineCpuMs - server - redis - generatorCpuMs);
  return {
    server: server / elapsedMs,
    redis: redis / elapsedMs,
    generator: generatorCpuMs / elapsedMs,
    others: others / elapsedMs,
  };
}

/** What a run at full speed waited for. */
export function limitOf({ server, redis, generator, others }: Busy, redisSharesLoadCore: boolean): string {
  if (server >= BUSY) return 'the server';
  if (generator >= BUSY) return 'the load generator';
  if (redis >= BUSY) return 'Redis';
  if (redisSharesLoadCore && redis + generator >= BUSY) return 'the core that the load generator shares with Redis';
  if (others >= DISTURBED) return 'other programs on this machine';
  return 'waiting (disk, or the other parts)';
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const busyText = ({ server, redis, generator, others }: Busy): string =>
  `server ${percent(server)}, Redis ${percent(redis)}, load ${percent(generator)}, others ${percent(others)} of a core`;

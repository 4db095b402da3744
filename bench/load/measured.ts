import { cpuMsOf, machineCpuMs } from '../machine/proc.ts';
import { percentile } from '../report/stats.ts';
import type { Outcome } from './orders.ts';

/** Measures from now until `end`: time, CPU of these processes and of this one, and how long each request took. */
export function measure(pids: readonly number[], most: number) {
  const latencies = new Float64Array(most);
  let done = 0;
  const cpuBefore = pids.map(cpuMsOf);
  const ownBefore = process.cpuUsage();
  const machineBefore = machineCpuMs();
  const startedAt = performance.now();
  return {
    startedAt,
    /** One request is answered; returns how many are. */
    answered(dueAt: number): number {
      latencies[done++] = performance.now() - dueAt;
      return done;
    },
    end(): Outcome {
      const elapsedMs = performance.now() - startedAt;
      const own = process.cpuUsage(ownBefore);
      const taken = latencies.subarray(0, done);
      return {
        done,
        elapsedMs,
        ...(done > 0 && { latencyMs: { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) } }),
        cpuMs: pids.map((pid, at) => cpuMsOf(pid) - (cpuBefore[at] ?? 0)),
        generatorCpuMs: (own.user + own.system) / 1_000,
        machineCpuMs: machineCpuMs() - machineBefore,
      };
    },
  };
}

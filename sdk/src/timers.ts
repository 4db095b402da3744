import type { Off } from '@signalbox/shared/listeners';

/** Time as an input. Durations are measured on the monotonic clock; the wall clock is for people. */
export interface Timers {
  monotonic(): number;
  wall(): number;
  /** 0 ≤ x < 1 */
  random(): number;
  after(ms: number, run: () => void): Off;
}

export const systemTimers: Timers = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  random: () => Math.random(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

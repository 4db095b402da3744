import { setTimeout as delay } from 'node:timers/promises';
import { cpuMsOf } from './proc.ts';

const LOOK_MS = 1_000;
const LOOKS = 15;

/** Resolves when the process has stopped working something off: a second costs it no less than the one before. */
export async function quiet(pid: number): Promise<void> {
  let before = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < LOOKS; looks++) {
    const start = cpuMsOf(pid);
    await delay(LOOK_MS);
    const spent = cpuMsOf(pid) - start;
    if (spent >= before * 0.8) return;
    before = spent;
  }
}

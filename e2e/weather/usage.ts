import { readFile } from 'node:fs/promises';

/** Of /proc: a tick is a hundredth of a second. */
const TICK_MS = 10;

/** Processor time a process has used, ms: says what something costs, however busy the machine is with other things. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may contain anything.
  const [, user = 0, system = 0] = /^(?:\S+ ){11}(\d+) (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 2)) ?? [];
  return (Number(user) + Number(system)) * TICK_MS;
}

/** Memory a process has in use, MB. */
export async function rssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

import { readFileSync } from 'node:fs';

/** Linux counts CPU time for /proc in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10;

/** CPU time of `/proc/<pid>/stat`, all threads, user and system, in milliseconds. The name in it may contain anything. */
export function cpuMsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Resident memory of `/proc/<pid>/status`, in bytes. */
export function rssIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

/** CPU time of all cores of the machine together, of `/proc/stat`: everything but idling and waiting for a disk. */
export function machineCpuMsIn(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * MS_PER_TICK;
}

export const machineCpuMs = (): number => machineCpuMsIn(readFileSync('/proc/stat', 'utf8'));
export const cpuMsOf = (pid: number): number => cpuMsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
export const rssOf = (pid: number): number => rssIn(readFileSync(`/proc/${pid}/status`, 'utf8'));

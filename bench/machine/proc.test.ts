import { expect, test } from 'vitest';
import { cpuMsIn, machineCpuMsIn, rssIn } from './proc.ts';

test('CPU time is user and system, of a process of whatever name', () => {
  const stat = '4711 (node) x (y)) S 1 4711 4711 0 -1 4194560 9 0 0 0 123 45 0 0 20 0 11 0 98765 1 2 3';
  expect(cpuMsIn(stat)).toBe(1_680);
});

test('the CPU time of the machine is all but idling and waiting for a disk', () => {
  expect(machineCpuMsIn('cpu  100 1 20 5000 700 3 4 5 0 0\ncpu0 50 1 10 2500 350 1 2 2 0 0\nintr 1\n')).toBe(1_330);
});

test('memory is what is resident', () => {
  expect(rssIn('VmPeak:\t  900000 kB\nVmRSS:\t   45056 kB\nRssAnon:\t 1 kB\n')).toBe(46_137_344);
});

test.runIf(process.platform === 'linux')('both are there for a process that runs', async () => {
  const { cpuMsOf, rssOf } = await import('./proc.ts');
  expect(cpuMsOf(process.pid)).toBeGreaterThan(0);
  expect(rssOf(process.pid)).toBeGreaterThan(1e6);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { phase } from './phases.mjs';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function paper(isTTY) {
  const written = [];
  return { isTTY, columns: 60, write: (text) => written.push(text), written };
}

function lasting(ms) {
  return async (say) => {
    say('npm ci into ./node_modules');
    await new Promise((resolve) => setTimeout(resolve, ms));
    return 'installed';
  };
}

test('a phase is one line with its time', async () => {
  const out = paper(false);
  await phase('Redis', async () => '7.0.15', out);
  expect(out.written.join('')).toMatch(/^ {2}Redis {7}7\.0\.15 +0\.0 s\n$/);
});

test('on a terminal the line says what is done, counts after 5 s, and is replaced at the end', async () => {
  const out = paper(true);
  const done = phase('Packages', lasting(6_000), out);
  await vi.advanceTimersByTimeAsync(4_500);
  expect(out.written.at(-1)).toBe('\r\x1b[K  Packages    npm ci into ./node_modules …');
  await vi.advanceTimersByTimeAsync(1_500);
  await done;
  expect(out.written).toContain('\r\x1b[K  Packages    npm ci into ./node_modules … 6 s');
  expect(out.written.at(-1)).toMatch(/^ {2}Packages {4}installed +6\.0 s\n$/);
});

test('in a log it says so once, and now and again that it goes on', async () => {
  const out = paper(false);
  const done = phase('Packages', lasting(25_000), out);
  await vi.advanceTimersByTimeAsync(25_000);
  await done;
  expect(out.written.map((text) => text.trim().replace(/ +/g, ' '))).toEqual([
    'Packages npm ci into ./node_modules …',
    'Packages npm ci into ./node_modules … 10 s',
    'Packages npm ci into ./node_modules … 20 s',
    'Packages installed 25.0 s',
  ]);
});

test('a phase that fails stops counting', async () => {
  const out = paper(true);
  await expect(phase('Build', () => Promise.reject(new Error('no')), out)).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
});

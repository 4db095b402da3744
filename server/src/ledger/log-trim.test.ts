import { expect, test } from 'vitest';
import { LogTrim } from './log-trim.ts';

const MB = 1024 * 1024;
const MINUTE = 60_000;

/** So many entries of 1 MB, one a minute, ids 1-1, 1-2, … */
function filled(entries: number): LogTrim {
  const trim = new LogTrim();
  for (let i = 1; i <= entries; i++) trim.appended(`1-${i}`, MB, i * MINUTE);
  return trim;
}

test('nothing goes below 64 MB, then the oldest', () => {
  expect([filled(64), filled(65), filled(100)].map((trim) => trim.minId())).toEqual(['', '1-2', '1-37']);
});

test('what may still be repeated stays, however large the log is', () => {
  const trim = new LogTrim();
  for (let i = 1; i <= 200; i++) trim.appended(`1-${i}`, MB, i * 1_000);
  expect(trim.minId()).toBe('1-1');
  trim.appended('1-201', MB, 150_000 + 10 * MINUTE);
  expect(trim.minId()).toBe('1-138');
});

test('what was in the log at the start counts, in its order', () => {
  const trim = new LogTrim();
  for (let i = 64; i >= 1; i--) trim.found(`1-${i}`, MB, i * MINUTE);
  expect(trim.minId()).toBe('');
  trim.appended('1-65', MB, 65 * MINUTE);
  trim.appended('1-66', MB, 66 * MINUTE);
  expect(trim.minId()).toBe('1-3');
});

test('reading the log again counts nothing twice', () => {
  const trim = new LogTrim();
  const read = (newest: number) => {
    for (let i = newest; i >= 1; i--) trim.found(`1-${i}`, MB, i * MINUTE);
  };
  read(40);
  read(40);
  trim.appended('1-41', MB, 41 * MINUTE);
  expect(trim.minId()).toBe('');
  read(60);
  trim.appended('2-1', MB, 61 * MINUTE);
  expect(trim.minId()).toBe('');
  for (let i = 2; i <= 6; i++) trim.appended(`2-${i}`, MB, (60 + i) * MINUTE);
  expect(trim.minId()).toBe('1-3');
});

test('a log of very many entries is taken in without looking at each again and again', () => {
  const trim = new LogTrim();
  for (let i = 400_000; i >= 1; i--) trim.found(`1-${i}`, 200, i);
  trim.appended('1-400001', 200, 400_001);
  expect(trim.minId()).toBe('1-1');
});

test('goes on far beyond what is kept', () => {
  const trim = new LogTrim();
  for (let i = 1; i <= 25_000; i++) trim.appended(`1-${i}`, MB, i * MINUTE);
  expect(trim.minId()).toBe('1-24937');
});

import { expect, test } from 'vitest';
import { formatAge, formatBytes, formatDuration, formatNumber, formatTime, plural, UNKNOWN } from './format.ts';

test.each([
  [0, '< 1 s'],
  [999, '< 1 s'],
  [1_000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 m'],
  [240_000, '4 m'],
  [3_840_000, '1 h 04 m'],
  [93_600_000, '1 d 2 h'],
  [-5, '< 1 s'],
])('%i ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('an age in a picture that stands still is at least that much', () => {
  expect([formatAge(10_000, 10_400, { frozen: true }), formatAge(10_000, 14_000, { frozen: true })]).toEqual([
    '≥ 0 s',
    '≥ 4 s',
  ]);
});

test('what is not known is a dash, never a zero', () => {
  expect([
    formatDuration(null),
    formatAge(undefined, 5),
    formatAge(5, 0),
    formatTime(0),
    formatNumber(null),
    formatBytes(undefined),
    formatNumber(Number.NaN),
  ]).toEqual(Array(7).fill(UNKNOWN));
});

test('a frozen age is a lower bound', () => {
  expect(formatAge(1_000, 24_000)).toBe('23 s');
  expect(formatAge(1_000, 24_000, { frozen: true })).toBe('≥ 23 s');
});

test('numbers, bytes, plurals', () => {
  expect(formatNumber(12_345)).toBe('12,345');
  expect(formatNumber(2.25)).toBe('2.3');
  expect([formatBytes(999), formatBytes(1_500), formatBytes(25_000_000)]).toEqual(['999 B', '1.5 kB', '25 MB']);
  expect([plural(1, 'agent'), plural(2, 'agent'), plural(0, 'query', 'queries')]).toEqual([
    '1 agent',
    '2 agents',
    '0 queries',
  ]);
});

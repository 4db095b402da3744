import { expect, test } from 'vitest';
import { sparkPath } from './spark-path.ts';

const box = { width: 10, height: 4 };

test('draws a line from the first value to the last, the greatest at the top', () => {
  expect(sparkPath([0, 1, 2], box)).toBe('M0 4L5 2L10 0');
});

test('breaks the line where nothing was measured', () => {
  expect(sparkPath([1, 1, null, 1, 1, 1], { ...box, max: 1 })).toBe('M0 0L2 0M6 0L8 0L10 0');
});

test('marks a lone value with a point', () => {
  expect(sparkPath([null, 2, null], box)).toBe('M5 0h0');
});

test('lies at the bottom while everything is 0, and is empty without values', () => {
  expect(sparkPath([0, 0], box)).toBe('M0 4L10 4');
  expect(sparkPath([null, null], box)).toBe('');
  expect(sparkPath([], box)).toBe('');
});

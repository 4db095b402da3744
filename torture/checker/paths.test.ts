import { expect, test } from 'vitest';
import { PathIndex } from './paths.ts';

function pathsOverlap(a: string, b: string): boolean {
  const index = new PathIndex<string>();
  index.add(a, a);
  return index.overlapping(b).length > 0;
}

test.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'a/b', false],
  ['a/', 'a/b', true],
  ['a/**', 'a/b/c', true],
  ['a/', 'a', false],
  ['a/', 'ab', false],
  ['a/', 'a/**', true],
  ['a/b/', 'a/', true],
  ['a/b/', 'a/c/', false],
  ['**', 'a', true],
  ['./a//b', 'a/b', true],
])('%s and %s: %s', (a, b, overlap) => {
  expect(pathsOverlap(a, b)).toBe(overlap);
  expect(pathsOverlap(b, a)).toBe(overlap);
});

test('a pattern is nothing it can judge', () => {
  expect(() => pathsOverlap('src/*.ts', 'a')).toThrow('src/*.ts');
});

test('what was taken out is not found', () => {
  const index = new PathIndex<number>();
  index.add('a/', 1);
  index.add('a/b', 2);
  index.remove('a/', 1);
  expect(index.overlapping('a/b')).toEqual([2]);
});

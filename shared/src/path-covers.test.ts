import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalPath, pathCovers, pathsOverlap } from './paths.ts';

test.each([
  ['src/**', 'src/a.ts', true],
  ['src/**', 'src/deep/a.ts', true],
  ['src/**', 'src/deep/**', true],
  ['src/**', 'src/*.ts', true],
  ['src/**', 'src', false],
  ['src/**', 'srcs/a.ts', false],
  ['src/a.ts', 'src/a.ts', true],
  ['src/a.ts', 'src/**', false],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/a.js', false],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['**/x.ts', 'x.ts', true],
  ['**', 'anything/at/**', true],
  ['src/deep/**', 'src/**', false],
])('%s covers %s: %s', (cover, path, expected) => {
  expect(pathCovers(cover, path)).toBe(expected);
});

const segment = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '**');
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => canonicalPath(segments.join('/')))
  .map((canonical) => (canonical.ok ? canonical.path : '**'));
const file = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

test('what is covered has no file outside, and of single files nothing is missed', () => {
  fc.assert(
    fc.property(path, path, file, (cover, covered, one) => {
      if (pathCovers(cover, covered) && pathsOverlap(covered, one)) expect(pathsOverlap(cover, one)).toBe(true);
      expect(pathCovers(cover, one)).toBe(pathsOverlap(cover, one));
    }),
    { numRuns: 2_000 },
  );
});

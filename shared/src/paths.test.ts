import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchorOf, canonicalPath, isGlob, pathsOverlap } from './paths.ts';

const canonical = (input: string): string => {
  const result = canonicalPath(input);
  return result.ok ? result.path : `refused: ${result.reason}`;
};

describe('canonical paths', () => {
  test.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['src/', 'src/**'],
    ['src/**', 'src/**'],
    ['src/**/', 'src/**'],
    ['.', '**'],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx'],
    ['cafe\u0301.txt', 'caf\u00e9.txt'],
  ])('%s is %s', (input, expected) => {
    expect(canonical(input)).toBe(expected);
  });

  test.each([
    '',
    '/etc/passwd',
    'C:/x',
    'a\\b',
    '../x',
    'a/../../x',
    'a\u0000b',
    'a\nb',
    'a\u0085b',
    'a\u009bb',
    'x**/y',
    'a/'.repeat(300),
  ])('refuses %j and says why', (input) => {
    expect(canonical(input)).toMatch(/^refused: ./);
  });

  test('is idempotent', () => {
    fc.assert(
      fc.property(fc.string(), (input) => {
        const once = canonicalPath(input);
        if (once.ok) expect(canonical(once.path)).toBe(once.path);
      }),
    );
  });
});

describe('overlap', () => {
  test.each([
    ['a.ts', 'a.ts', true],
    ['a.ts', 'b.ts', false],
    ['src/**', 'src/a.ts', true],
    ['src/**', 'src/deep/a.ts', true],
    ['src/**', 'src', false],
    ['src/**', 'srcs/a.ts', false],
    ['**', 'anything/at/all', true],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/deep/a.ts', false],
    ['src/*.ts', 'src/a*', true],
    ['src/*.ts', 'src/*.js', false],
    ['**/*.md', 'docs/**', true],
    ['**/x.ts', 'x.ts', true],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', '**/y/z', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['docs/**', 'docs/**', true],
    ['docs/*/x', 'docs/**/y', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(pathsOverlap(a, b)).toBe(expected);
    expect(pathsOverlap(b, a)).toBe(expected);
  });

  /** An independent reading of the grammar: a pattern as a regular expression. */
  const asRegExp = (pattern: string): RegExp => {
    const segments = pattern.split('/');
    const parts = segments.map((segment, at) => {
      if (segment === '**') return at === segments.length - 1 ? '[^/]+(?:/[^/]+)*' : '(?:[^/]+/)*';
      const one = [...segment].map((c) =>
        c === '*' ? '[^/]*' : c === '?' ? '[^/]' : `\\u{${c.codePointAt(0)?.toString(16)}}`,
      );
      return one.join('') + (at === segments.length - 1 ? '' : '/');
    });
    return new RegExp(`^${parts.join('')}$`, 'u');
  };

  const segment = fc
    .string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 3 })
    .filter((s) => !s.includes('**'));
  const pattern = fc
    .array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join('/'))
    .map(canonical);
  const file = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
    .map((s) => s.join('/'));

  test('a file covered by both means overlap; a file overlaps exactly the patterns that cover it', () => {
    fc.assert(
      fc.property(pattern, pattern, file, (a, b, path) => {
        if (asRegExp(a).test(path) && asRegExp(b).test(path)) expect(pathsOverlap(a, b)).toBe(true);
        expect(pathsOverlap(a, path)).toBe(asRegExp(a).test(path));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('patterns made to be hard', () => {
  /** Far above what these take, far below what trying every way to read one takes: the hub compares every pair. */
  const PAIRS = 2_000;
  const WITHIN_MS = 1_000;

  test.each([
    ['stars in one name', `${'*a'.repeat(250)}x`, `${'*a'.repeat(250)}y`, false],
    ['folders at any depth', `${'**/a/'.repeat(100)}x`, `${'**/a/'.repeat(100)}y`, false],
    ['both', `${'**/*a*a/'.repeat(60)}x`, `${'**/*a*b/'.repeat(60)}y`, false],
    ['stars against a long name', `${'*aab'.repeat(100)}x`, `${'?a'.repeat(250)}x`, false],
    ['stars that can meet', `${'*a'.repeat(250)}*x`, `${'*b'.repeat(250)}*x`, true],
  ])('%s: cost no more than their length', (_what, a, b, expected) => {
    const started = performance.now();
    for (let pair = 0; pair < PAIRS; pair++) expect(pathsOverlap(a, b)).toBe(expected);
    expect(performance.now() - started).toBeLessThan(WITHIN_MS);
  });
});

test('an anchor is the part without wildcards', () => {
  expect(anchorOf('src/a.ts')).toEqual(['src', 'a.ts']);
  expect(anchorOf('src/**')).toEqual(['src']);
  expect(anchorOf('**/x')).toEqual([]);
});

test.each([
  ['src/a.ts', false],
  ['src/**', false],
  ['**', false],
  ['src/*', true],
  ['a?', true],
  ['**/a', true],
  ['a/**/b/**', true],
  ['src/***', true],
])('%s is a glob: %s', (path, glob) => {
  expect(isGlob(path)).toBe(glob);
});

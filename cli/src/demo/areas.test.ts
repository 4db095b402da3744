import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaOf, chooseAreas, filesOf, pathspecsOf } from './areas.ts';

const many = (folder: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${folder}/f${i}.ts`);
const names = (files: string[]): string[] => chooseAreas(files).map(({ name }) => name);

describe('chooseAreas', () => {
  test('top-level folders, and the root for what lies in none', () => {
    expect(names(['README.md', ...many('src', 5), ...many('docs', 2)])).toEqual(['.', 'docs', 'src']);
    expect(names(many('src', 3))).toEqual(['src']);
  });

  test('of few folders the dominating one is split', () => {
    expect(names([...many('src/a', 10), ...many('src/b', 8), 'src/main.ts', 'x.md'])).toEqual([
      '.',
      'src',
      'src/a',
      'src/b',
    ]);
  });

  test('at most ten; the smallest folders go to the rest', () => {
    const files = Array.from({ length: 30 }, (_, i) => many(`d${i}`, 30 - i)).flat();
    expect(chooseAreas(files).length).toBe(10);
    expect(names(files)).toContain('.');
    expect(names(files)).not.toContain('d29');
  });

  test('every file belongs to exactly one area, and no area is empty', () => {
    const segment = fc.constantFrom('src', 'docs', 'a', 'b', 'c d', '.github', 'Ü');
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `${parts.join('/')}.ts`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 200 }), (files) => {
        const areas = chooseAreas(files);
        const counted = areas.flatMap((area) => filesOf(area, areas, files));
        expect(counted.sort()).toEqual([...files].sort());
        for (const area of areas) expect(filesOf(area, areas, files).length).toBeGreaterThan(0);
        expect(new Set(areas.map(({ slug }) => slug)).size).toBe(areas.length);
      }),
    );
  });
});

test('a path outside of the repository belongs to nobody', () => {
  const areas = [{ name: '.', slug: '0-root' }];
  expect(areaOf('../x.ts', areas)).toBeUndefined();
  expect(areaOf('x.ts', areas)?.name).toBe('.');
});

test('pathspecs leave out the areas inside', () => {
  const areas = ['.', 'src', 'src/a', 'srcs'].map((name) => ({ name, slug: name }));
  const of = (name: string) => pathspecsOf({ name, slug: name }, areas);
  expect(of('src')).toEqual([':(literal)src', ':(exclude,literal)src/a']);
  expect(of('.')).toEqual(['.', ':(exclude,literal)src', ':(exclude,literal)src/a', ':(exclude,literal)srcs']);
});

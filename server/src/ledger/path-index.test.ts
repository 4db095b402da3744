import { canonicalPath, pathsOverlap } from '@signalbox/shared/paths';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PathIndex } from './path-index.ts';

const segment = fc.constantFrom('a', 'b', 'src', '*', '?', 'a*', '*b', '**', 'x.ts');
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => canonicalPath(segments.join('/')))
  .map((canonical) => (canonical.ok ? canonical.path : '**'));
const change = fc.record({ add: fc.boolean(), path, claim: fc.constantFrom('L-1', 'L-2', 'L-3', 'L-4', 'L-5') });

test('finds exactly what overlaps, whatever was added and removed before', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
      (changes, asked) => {
        const index = new PathIndex();
        const held = new Map<string, { path: string; claim: string }>();
        for (const { add, path, claim } of changes) {
          const key = `${claim} ${path}`;
          if (add === held.has(key)) continue;
          if (add) held.set(key, { path, claim });
          else held.delete(key);
          if (add) index.add(path, claim);
          else index.delete(path, claim);
        }
        for (const one of asked) {
          const expected = [...held.values()]
            .filter((claim) => pathsOverlap(claim.path, one))
            .map(({ claim }) => claim);
          expect([...index.overlapping(one)].sort(), one).toEqual([...new Set(expected)].sort());
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each(['src/a.ts', 'src/', '**', 'a/*/b/**', '**/x.ts'])(
  '%s: what was removed is gone, what was not is there',
  (input) => {
    const canonical = canonicalPath(input);
    const path = canonical.ok ? canonical.path : '';
    const index = new PathIndex();
    index.add('kept/file', 'L-9');
    index.add(path, 'L-1');
    index.add(path, 'L-2');
    index.delete(path, 'L-1');
    expect([...index.overlapping(path)]).toContain('L-2');
    expect([...index.overlapping(path)]).not.toContain('L-1');
    index.delete(path, 'L-2');
    index.delete('kept/file', 'L-9');
    expect([...index.overlapping('**')]).toEqual([]);
  },
);

test('taking out what is not there changes nothing', () => {
  const index = new PathIndex();
  index.add('src/a.ts', 'L-1');
  index.delete('src/a.ts', 'L-2');
  index.delete('docs/x.md', 'L-1');
  index.delete('src/**', 'L-1');
  expect([...index.overlapping('src/**')]).toEqual(['L-1']);
  index.delete('src/a.ts', 'L-1');
});

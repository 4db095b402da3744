import { describe, expect, test } from 'vitest';
import { hotspotsOf, touchesTally } from './figures/hotspots.ts';
import { importsOf, importsTally } from './figures/imports.ts';
import { inventoryTally, languageOf, lineCount } from './figures/inventory.ts';
import { sizesTally } from './figures/sizes.ts';
import type { Tally } from './figures/tally.ts';
import { todosTally } from './figures/todos.ts';

const file = (path: string, text: string | null) => ({ path, bytes: text?.length ?? 100, text });
const tallied = <Item, State>(tally: Tally<Item, State>, items: Item[]): State => {
  const state = tally.start();
  for (const item of items) tally.add(state, item);
  return state;
};

test.each([
  [null, 0],
  ['', 0],
  ['a', 1],
  ['a\n', 1],
  ['a\nb', 2],
  ['\n\n', 2],
  ['a\r\nb\r\n', 2],
])('%j has %i lines', (text, lines) => {
  expect(lineCount(text)).toBe(lines);
});

test('inventory adds up files, bytes, lines and languages', () => {
  const figures = tallied(inventoryTally, [
    file('a.ts', 'x\ny'),
    file('b.TS', 'x\n'),
    file('logo.png', null),
    file('Makefile', 'all:\n'),
  ]);
  expect(figures).toEqual({
    files: 4,
    bytes: 110,
    lines: 4,
    languages: { TypeScript: { files: 2, lines: 3 }, other: { files: 2, lines: 1 } },
  });
  expect(languageOf('a/b.py')).toBe('Python');
});

test('sizes keeps the ten largest, ties by path, whatever the order', () => {
  const files = Array.from({ length: 30 }, (_, i) => ({
    path: `f${String(i).padStart(2, '0')}`,
    bytes: Math.floor(i / 2),
  }));
  const forward = tallied(sizesTally, files);
  expect(forward).toEqual(tallied(sizesTally, files.toReversed()));
  expect(forward.largest.map(({ path }) => path)).toEqual([
    'f28',
    'f29',
    'f26',
    'f27',
    'f24',
    'f25',
    'f22',
    'f23',
    'f20',
    'f21',
  ]);
});

test('todos are words of their own in capitals', () => {
  const figures = tallied(todosTally, [
    file('a.ts', '// TODO: one\nTODOS\n  # FIXME(x) two \ntodo\n/*TODO*/ TODO'),
    file('b.png', null),
  ]);
  expect(figures).toEqual({
    count: 3,
    list: [
      { path: 'a.ts', line: 1, text: '// TODO: one' },
      { path: 'a.ts', line: 3, text: '# FIXME(x) two' },
      { path: 'a.ts', line: 5, text: '/*TODO*/ TODO' },
    ],
  });
});

describe('imports', () => {
  test.each([
    ['a.ts', `import { a } from './a';`, ['./a']],
    ['a.ts', `import type A from "@scope/a/b";`, ['@scope/a/b']],
    ['a.ts', `export * from '../b.ts'`, ['../b.ts']],
    ['a.ts', `import {\n  a,\n} from './c';`, ['./c']],
    ['a.js', `import 'side'`, ['side']],
    ['a.js', `import x from './it"s'`, ['./it"s']],
    ['a.cjs', `const x = require("node:fs")`, ['node:fs']],
    ['a.mjs', `const x = await import('./d.js')`, ['./d.js']],
    ['a.ts', `const text = 'from nowhere'`, []],
    ['a.py', `import os.path as p\nfrom .x import y\nimportant = 1`, ['os.path', '.x']],
    ['a.go', `import "fmt"\nimport (\n\t"net/http"\n\tx "example.com/x"\n)`, ['fmt', 'net/http', 'example.com/x']],
    ['A.java', `import java.util.List;\nimport static a.b.C.d;`, ['java.util.List', 'a.b.C.d']],
    ['a.rs', `use std::io;\npub use crate::x::Y;`, ['std::io', 'crate::x::Y']],
    ['a.md', `import x from 'y'`, []],
  ])('%s %j imports %j', (path, text, sources) => {
    expect(importsOf({ path, text })).toEqual(sources);
  });

  test('relative ones by the folder they lead to, others by package', () => {
    const areas = ['.', 'src', 'lib'].map((name) => ({ name, slug: name }));
    const text = [
      "import '../lib/x'",
      "import './y'",
      "import '../../out'",
      "import 'zod/v4'",
      "import '@a/b/c'",
      "import '..'",
    ].join('\n');
    expect(tallied(importsTally(areas), [file('src/a.ts', text)])).toEqual({
      statements: 6,
      internal: { lib: 1, src: 1, '.': 1 },
      external: { '..': 1, zod: 1, '@a/b': 1 },
    });
  });
});

test('hot spots are the present files that most commits touch', () => {
  const touches = tallied(touchesTally, [['a', 'b', 'b'], ['a'], ['gone'], ['gone'], ['gone']]);
  expect(touches.commits).toBe(5);
  expect(hotspotsOf(touches, ['a', 'b', 'c'])).toEqual([
    { path: 'a', commits: 2 },
    { path: 'b', commits: 1 },
  ]);
});

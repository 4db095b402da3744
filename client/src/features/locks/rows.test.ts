import { describe, expect, test } from 'vitest';
import { agent, lock } from '../../testing/records.ts';
import { fileRows, placeOf } from './file-rows.ts';
import { holderRows } from './holder-rows.ts';
import { type Folding, matches, type Row, type SeenLock, seen } from './rows.ts';

const waits = (lockId: string, agentId: string) => ({ lockId, agentId, since: 0 });
const NONE: Folding = new Map();
const normal = (id: string, holder: string, paths: string[]): SeenLock => seen(lock(id, holder, paths), agent(holder));
const wanted = (id: string, holder: string, paths: string[]): SeenLock =>
  seen({ ...lock(id, holder, paths), waiters: [waits('L-90', 'x'), waits('L-91', 'y')] }, agent(holder));

/** `▾ src/ 3/2` for a folder with 3 held and 2 waiting, indented like the tree. */
const drawn = (rows: readonly Row[]): string[] =>
  rows.map((row) => {
    const indent = '  '.repeat(row.depth);
    if ('lockId' in row) return `${indent}${row.name} ${row.lockId}`;
    if ('more' in row) return `${indent}… ${row.more}`;
    return `${indent}${row.open ? '▾' : '▸'} ${row.group} ${row.held}/${row.waiting}`;
  });

test.each([
  ['README.md', [], 'README.md'],
  ['src/auth/login.ts', ['src', 'auth'], 'login.ts'],
  ['src/auth/**', ['src'], 'auth/**'],
  ['src/*.ts', ['src'], '*.ts'],
  ['src/**/a.ts', ['src'], '**/a.ts'],
  ['**', [], '**'],
])('%s lies in %j as %s', (path, folders, name) => {
  expect(placeOf(path)).toEqual({ folders, name });
});

describe('files', () => {
  test('lie in their folders, which count what is below them', () => {
    const locks = [
      normal('L-1', 'alice', ['src/auth/login.ts', 'README.md']),
      normal('L-2', 'bob', ['src/auth/token.ts']),
      normal('L-10', 'bob', ['src/b10.ts']),
      normal('L-3', 'bob', ['src/b2.ts']),
    ];
    expect(drawn(fileRows(locks, NONE))).toEqual([
      '▾ src/ 4/0',
      '  ▾ auth/ 2/0',
      '    login.ts L-1',
      '    token.ts L-2',
      '  b2.ts L-3',
      '  b10.ts L-10',
      'README.md L-1',
    ]);
  });

  test('what others want comes first in every folder, with who waits counted once', () => {
    const locks = [normal('L-1', 'alice', ['docs/a.md']), wanted('L-2', 'bob', ['src/z.ts', 'src/y.ts'])];
    expect(drawn(fileRows([...locks, normal('L-3', 'carol', ['src/a.ts'])], NONE))).toEqual([
      '▾ src/ 3/2',
      '  y.ts L-2',
      '  z.ts L-2',
      '  a.ts L-3',
      '▾ docs/ 1/0',
      '  a.md L-1',
    ]);
  });

  test('a chain of folders with nothing beside it is one line', () => {
    expect(drawn(fileRows([normal('L-1', 'alice', ['packages/core/src/a.ts'])], NONE))).toEqual([
      '▾ packages/core/src/ 1/0',
      '  a.ts L-1',
    ]);
  });

  const many = Array.from({ length: 100 }, (_, i) => normal(`L-${i}`, 'alice', [`lib${i % 4}/f${i}.ts`]));

  test('many start folded away, but never what is abnormal', () => {
    expect(drawn(fileRows([...many, wanted('L-200', 'bob', ['lib1/hot.ts'])], NONE))).toEqual([
      '▾ lib1/ 26/2',
      '  hot.ts L-200',
      '  … 25',
      '▸ lib0/ 25/0',
      '▸ lib2/ 25/0',
      '▸ lib3/ 25/0',
    ]);
  });

  test('a folder with nothing beside it starts open', () => {
    const nested = many.map((one) => ({ ...one, lock: { ...one.lock, paths: [`src/${one.lock.paths[0]}`] } }));
    expect(drawn(fileRows(nested, NONE)).slice(0, 3)).toEqual(['▾ src/ 100/0', '  ▸ lib0/ 25/0', '  ▸ lib1/ 25/0']);
  });

  test('what is folded or unfolded by hand stays so', () => {
    const locks = [...many, wanted('L-200', 'bob', ['lib1/hot.ts'])];
    expect(fileRows(locks, new Map([['lib3/', true]]))).toHaveLength(6 + 25);
    expect(fileRows(locks, new Map([['lib1/', true]]))).toHaveLength(4 + 26);
    expect(fileRows(locks, new Map([['lib1/', false]]))).toHaveLength(4);
  });

  test('two thousand locks are laid out within a frame or two', () => {
    const more = Array.from({ length: 2_000 }, (_, i) =>
      normal(`L-${i}`, `m_${i % 500}`, [`packages/p${i % 40}/src/d${i % 7}/file${i}.ts`]),
    );
    const startedAt = performance.now();
    fileRows(more, NONE);
    expect(performance.now() - startedAt).toBeLessThan(250);
  });

  test('marks that turn text around are shown', () => {
    expect(drawn(fileRows([normal('L-1', 'alice', ['a\u202etxt.exe'])], NONE))).toEqual(['a‹U+202E›txt.exe L-1']);
  });
});

test('holders stand with their locks, those whose locks others want first', () => {
  const locks = [
    normal('L-1', 'alice', ['a', 'b']),
    normal('L-2', 'bob', ['c']),
    wanted('L-3', 'bob', ['d', 'e', 'f', 'g', 'h']),
  ];
  expect(drawn(holderRows(locks, NONE))).toEqual([
    '▾ bob 6/2',
    '  d, e and 3 more L-3',
    '  c L-2',
    '▾ alice 2/0',
    '  a, b L-1',
  ]);
});

test('of a holder of many only the abnormal is shown at first', () => {
  const many = Array.from({ length: 80 }, (_, i) => normal(`L-${i}`, 'alice', [`f${i}`]));
  expect(drawn(holderRows([...many, wanted('L-90', 'alice', ['hot'])], NONE))).toEqual([
    '▾ alice 81/2',
    '  hot L-90',
    '  … 80',
  ]);
});

test.each([
  ['src/auth', true],
  ['alice login', true],
  ['L-1', true],
  ['carol', true],
  ['bob', false],
])('the filter “%s” finds a lock by its files, holder, reason and line: %s', (query, found) => {
  const one = { ...lock('L-1', 'alice', ['src/auth/x.ts']), reason: 'new Login', waiters: [waits('L-2', 'carol')] };
  expect(matches(one, query)).toBe(found);
});

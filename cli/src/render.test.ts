import { expect, test } from 'vitest';
import { plain, render } from './render.ts';

test('lists of objects are tables, the rest indented fields, what is plumbing is left out', () => {
  const text = render({
    ok: true,
    epoch: 1,
    seq: 2,
    tasks: [
      { kind: 'task', rev: 1, id: 'T-1', title: 'Add login', files: ['a'] },
      { kind: 'task', rev: 2, id: 'T-12', title: 'x' },
    ],
    task: { id: 'T-3', activity: { doing: 'reading', step: 1 }, files: ['a', 'b'], attempts: [] },
    next: 'T-12',
  });
  expect(text).toBe(
    [
      'tasks:',
      '  id    title',
      '  T-1   Add login',
      '  T-12  x',
      'task:',
      '  id: T-3',
      '  activity:',
      '    doing: reading',
      '    step: 1',
      '  files: a, b',
      '  attempts: none',
      'next: T-12',
    ].join('\n'),
  );
  expect(render({ ok: true, epoch: 1, seq: 2 })).toBe('done');
});

test('what could move the cursor or turn text around is made visible', () => {
  expect(plain('a\u001b[2Jb\u202ec\nd')).toBe('a\\u001b[2Jb\\u202ec ⏎ d');
});

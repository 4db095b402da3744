import { expect, test } from 'vitest';
import { plain } from './plain.ts';
import { render } from './render.ts';

test('lists of objects are tables, the rest indented fields, what is plumbing is left out', () => {
  const text = render({
    ok: true,
    epoch: 1,
    seq: 2,
    tasks: [
      { kind: 'task', rev: 1, title: 'Add login', id: 'T-1', files: ['a'] },
      { kind: 'task', rev: 2, title: 'x', id: 'T-12' },
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

test('a list has the columns people look for, lists and objects in words, times as clocks here show them', () => {
  const at = new Date(2026, 10, 20, 12, 3, 7).getTime();
  const text = render({
    agents: [
      {
        kind: 'agent',
        instance: 'i-1',
        stateAt: at,
        taskIds: ['T-1', 'T-2'],
        activity: { doing: 'reading', step: 1 },
        state: 'working',
        id: 'alice',
        takeoverClock: 5,
        node: 'n',
        score: { value: 1, n: 2 },
      },
    ],
    directives: [{ kind: 'directive', counts: { queued: 2, done: 1 }, id: 'D-1', expiresClock: 9 }],
    locks: [{ kind: 'lock', id: 'L-1', paths: ['x'.repeat(60)], waiters: [{ lockId: 'L-2' }], since: at }],
    deductions: [{ points: 3, id: 'x', subjects: [] }],
    question: { deadlineAt: at, deadlineClock: 4 },
  });
  const time = '2026-11-20 12:03:07';
  expect(text.split('\n')).toEqual([
    'agents:',
    '  id     state    taskIds   activity  stateAt',
    `  alice  working  T-1, T-2  reading   ${time}`,
    'directives:',
    '  id   counts',
    '  D-1  queued 2, done 1',
    'locks:',
    `  id   paths${' '.repeat(43)}  waiters  since`,
    `  L-1  ${'x'.repeat(47)}…  1        ${time}`,
    'deductions:',
    '  id  points',
    '  x   3',
    'question:',
    `  deadlineAt: ${time}`,
  ]);
});

test('what happened reads as sentences: who, what, to what, why', () => {
  const at = new Date(2026, 10, 20, 12, 3, 7).getTime();
  const text = render({
    events: [
      { epoch: 7, seq: 9, at, actor: 'alice', command: 'task.start', changes: [{ kind: 'task', id: 'T-1' }] },
      {
        epoch: 7,
        seq: 8,
        at,
        actor: 'human:kim',
        command: 'lock.forceRelease',
        reason: 'stuck\nsince noon',
        changes: [
          { kind: 'lock', id: 'L-1', removed: true },
          { kind: 'agent', id: 'bob' },
        ],
        records: [{ kind: 'agent', id: 'bob', rev: 8 }],
      },
    ],
    next: '7-8.8',
  });
  expect(text.split('\n')).toEqual([
    'events:',
    '  at                   actor      command            changes                   reason',
    '  2026-11-20 12:03:07  alice      task.start         task T-1',
    '  2026-11-20 12:03:07  human:kim  lock.forceRelease  lock L-1 gone, agent bob  stuck ⏎ since noon',
    'next: 7-8.8',
  ]);
});

test('what could move the cursor or turn text around is made visible', () => {
  expect(plain('a\u001b[2Jb\u202ec\nd')).toBe('a\\u001b[2Jb\\u202ec ⏎ d');
});

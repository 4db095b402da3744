import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentId, compareFences, compareIds, fence, lockId, makeFence, numberOf, projectId, taskId } from './ids.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('ids', () => {
  test.each([
    ['alice', true],
    ['A.b_c-9', true],
    ['9lives', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['-alice', false],
    ['.alice', false],
    ['alice:bob', false],
    ['human:kim', false],
    ['zo\u00eb', false],
    ['alice\n', false],
    ['all', false],
    ['people', false],
    ['hub', false],
    ['All', true],
  ])('an agent may be called %j: %s', (id, expected) => {
    expect(accepts(agentId, id)).toBe(expected);
  });

  test.each([
    ['acme-api', true],
    ['9_x', true],
    ['Acme', false],
    ['_hub', false],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    ['a/b', false],
  ])('a project may be called %j: %s', (id, expected) => {
    expect(accepts(projectId, id)).toBe(expected);
  });

  test('the hub numbers its objects, each kind with its letter', () => {
    expect([accepts(taskId, 'T-1'), accepts(lockId, 'L-12')]).toEqual([true, true]);
    for (const wrong of ['L-1', 'T-0', 'T-01', 'T-', 'T1', 't-1', 'T-1 ', 'T-1e3'])
      expect(accepts(taskId, wrong)).toBe(false);
    expect(numberOf('T-12')).toBe(12);
  });
});

describe('fences', () => {
  test('compare as numbers: epoch first, then seq', () => {
    const inOrder = ['1.1', '1.9', '1.10', '1.100', '2.1', '10.1', makeFence(11, 1)];
    expect([...inOrder].reverse().sort(compareFences)).toEqual(inOrder);
    expect(compareFences('7.3', '7.3')).toBe(0);
  });

  test.each(['', '7', '7.', '.3', '7.3.1', '-7.3', '7.3 ', '7.x', `${'9'.repeat(16)}.1`])('%j is none', (value) => {
    expect(accepts(fence, value)).toBe(false);
  });
});

describe('the order of ids', () => {
  test('numbered ones by number, and what belongs to them too; all others by code point', () => {
    const sorted = ['zoe', 'T-10', 'alice', 'D-10:alice', 'T-9', 'D-9:carol', 'D-9:bob', 'Bob'].sort(compareIds);
    expect(sorted).toEqual(['D-9:bob', 'D-9:carol', 'D-10:alice', 'T-9', 'T-10', 'Bob', 'alice', 'zoe']);
  });

  test('is total, whatever agents call themselves', () => {
    const id = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'T', '-', '.', ':', '0', '1', '2'), minLength: 1, maxLength: 5 }),
      fc.constantFrom(
        'T-1',
        'T-01',
        'T-2',
        'T-10',
        'D-1:a',
        'D-1',
        'w-1',
        'x-2',
        'y',
        'T-x',
        'T-1x',
        'T-1:',
        '1e3',
        '10',
      ),
    );
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(Math.sign(compareIds(a, b))).toBe(0 - Math.sign(compareIds(b, a)));
        expect(compareIds(a, b) === 0).toBe(a === b);
        const [first = '', second = '', third = ''] = [a, b, c].sort(compareIds);
        expect(
          Math.max(compareIds(first, second), compareIds(second, third), compareIds(first, third)),
        ).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeadlineHeap } from './heap.ts';

const keys = ['a', 'b', 'c', 'd', 'e'];

test('answers like a sorted list, whatever is set in whatever order', () => {
  const step = fc.tuple(
    fc.constantFrom(...keys),
    fc.option(fc.nat({ max: 9 }), { nil: undefined }),
    fc.nat({ max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const heap = new DeadlineHeap();
      const expected = new Map<string, number>();
      for (const [key, deadline, clock] of steps) {
        heap.set(key, deadline);
        if (deadline === undefined) expected.delete(key);
        else expected.set(key, deadline);
        expect(heap.next()?.[0]).toBe(expected.size === 0 ? undefined : Math.min(...expected.values()));
        const due = [...expected].filter(([, at]) => at <= clock).map(([one]) => one);
        expect(heap.due(clock, 100).sort()).toEqual(due.sort());
      }
    }),
  );
});

test('what is due comes earliest first, each once, and stays due until it is set anew', () => {
  const heap = new DeadlineHeap();
  for (const [key, deadline] of [
    ['a', 3],
    ['b', 1],
    ['c', 2],
    ['d', 9],
  ] as const)
    heap.set(key, deadline);
  heap.set('a', 8);
  heap.set('a', 3);
  expect(heap.due(5, 100)).toEqual(['b', 'c', 'a']);
  expect(heap.due(5, 2)).toEqual(['b', 'c']);
  heap.set('b', undefined);
  expect(heap.due(5, 100)).toEqual(['c', 'a']);
});

test('deadlines that came and went long before their time are not remembered', () => {
  const heap = new DeadlineHeap();
  heap.set('kept', 500_000);
  for (let i = 0; i < 50_000; i++) {
    heap.set(`lock:L-${i}`, 1_000_000 + i);
    heap.set(`lock:L-${i}`, undefined);
  }
  for (let i = 0; i < 50_000; i++) heap.set('renewed', 2_000_000 + i);
  expect(heap.size).toBeLessThan(1_100);
  expect([heap.next(), heap.due(3_000_000, 10)]).toEqual([
    [500_000, 'kept'],
    ['kept', 'renewed'],
  ]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedIds } from './sorted-ids.ts';

test('keeps the order of a sorted list, whatever is added and removed', () => {
  const step = fc.record({ add: fc.boolean(), weight: fc.nat({ max: 3 }), number: fc.nat({ max: 12 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), step, (steps, from) => {
      const sorted = new SortedIds();
      let expected: { weight: number; number: number }[] = [];
      for (const { add, weight, number } of steps) {
        const known = expected.some((entry) => entry.weight === weight && entry.number === number);
        if (add && !known) {
          sorted.add(weight, number, `${weight}/${number}`);
          expected.push({ weight, number });
        } else if (!add) {
          sorted.delete(weight, number);
          expected = expected.filter((entry) => entry.weight !== weight || entry.number !== number);
        }
      }
      expected.sort((a, b) => a.weight - b.weight || a.number - b.number);
      const later = expected.filter(
        ({ weight, number }) => weight > from.weight || (weight === from.weight && number > from.number),
      );
      const idsOf = (entries: typeof expected) => entries.map(({ weight, number }) => `${weight}/${number}`);
      expect(sorted.snapshot()).toEqual(idsOf(expected));
      expect(sorted.after(from.weight, from.number)).toEqual(idsOf(later));
      expect(sorted.size).toBe(expected.length);
    }),
  );
});

test('thousands in any order are kept as a few are', () => {
  const sorted = new SortedIds();
  const numbers = Array.from({ length: 5_000 }, (_, at) => (at * 2_741) % 5_000);
  for (const number of numbers) sorted.add(number % 3, number, `${number}`);
  for (const number of numbers) if (number % 7 === 0) sorted.delete(number % 3, number);
  const kept = numbers.filter((number) => number % 7 !== 0).sort((a, b) => (a % 3) - (b % 3) || a - b);
  expect(sorted.snapshot()).toEqual(kept.map(String));
  expect(sorted.size).toBe(kept.length);
  for (const number of [0, 1, 2_500, 4_999])
    expect(sorted.after(1, number)).toEqual(
      kept.filter((other) => other % 3 > 1 || (other % 3 === 1 && other > number)).map(String),
    );
});

test('a copy does not change with what it was taken from', () => {
  const sorted = new SortedIds();
  sorted.add(0, 1, 'M-1');
  const copy = sorted.snapshot();
  sorted.add(0, 2, 'M-2');
  expect(copy).toEqual(['M-1']);
});

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

test('a copy does not change with what it was taken from', () => {
  const sorted = new SortedIds();
  sorted.add(0, 1, 'M-1');
  const copy = sorted.snapshot();
  sorted.add(0, 2, 'M-2');
  expect(copy).toEqual(['M-1']);
});

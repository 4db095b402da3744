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
          sorted.add({ weight, number, id: `${weight}/${number}` });
          expected.push({ weight, number });
        } else if (!add) {
          sorted.delete({ weight, number, id: '' });
          expected = expected.filter((entry) => entry.weight !== weight || entry.number !== number);
        }
      }
      expected.sort((a, b) => a.weight - b.weight || a.number - b.number);
      const later = expected.filter(
        ({ weight, number }) => weight > from.weight || (weight === from.weight && number > from.number),
      );
      const idsOf = (entries: typeof expected) => entries.map(({ weight, number }) => `${weight}/${number}`);
      expect([...sorted].map(({ id }) => id)).toEqual(idsOf(expected));
      expect(sorted.at(from.number)).toEqual(sorted.size > from.number ? [...sorted][from.number] : undefined);
      expect([sorted.first(), sorted.last()]).toEqual([[...sorted][0], [...sorted].at(-1)]);
      expect([...sorted.after(from.weight, from.number)]).toEqual(idsOf(later));
      expect(sorted.size).toBe(expected.length);
    }),
  );
});

test('thousands in any order are kept as a few are', () => {
  const sorted = new SortedIds();
  const numbers = Array.from({ length: 5_000 }, (_, at) => (at * 2_741) % 5_000);
  for (const number of numbers) sorted.add({ weight: number % 3, number, id: `${number}` });
  for (const number of numbers) if (number % 7 === 0) sorted.delete({ weight: number % 3, number, id: '' });
  const kept = numbers.filter((number) => number % 7 !== 0).sort((a, b) => (a % 3) - (b % 3) || a - b);
  expect([...sorted].map(({ id }) => id)).toEqual(kept.map(String));
  expect(sorted.at(3_000)?.id).toBe(`${kept[3_000]}`);
  expect(sorted.size).toBe(kept.length);
  for (const number of [0, 1, 2_500, 4_999])
    expect([...sorted.after(1, number)]).toEqual(
      kept.filter((other) => other % 3 > 1 || (other % 3 === 1 && other > number)).map(String),
    );
});

test('what is taken out or put in on the way is met where it stands', () => {
  const sorted = new SortedIds();
  for (const number of [1, 2, 3]) sorted.add({ weight: 0, number, id: `M-${number}` });
  const met: string[] = [];
  for (const place of sorted) {
    met.push(place.id);
    sorted.delete(place);
    if (place.number === 1) {
      sorted.delete({ weight: 0, number: 2, id: 'M-2' });
      sorted.add({ weight: 0, number: 4, id: 'M-4' });
    }
  }
  expect(met).toEqual(['M-1', 'M-3', 'M-4']);
});

import { describe, expect, test } from 'vitest';
import { Random } from './random.ts';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('a stream of numbers', () => {
  test('is the same for the same key, in every version: scripts of old runs can be played again', () => {
    const drawn = draw(new Random(1, 'agent', 7), 3);
    expect(drawn).toEqual(draw(new Random(1, 'agent', 7), 3));
    expect(drawn.map((number) => Math.round(number * 1e9))).toMatchInlineSnapshot(`
      [
        206673342,
        367911109,
        281585122,
      ]
    `);
  });

  test.each([
    [new Random(2, 'agent', 7)],
    [new Random(1, 'agent', 8)],
    [new Random(1, 'job', 7)],
    [new Random(1, 'agent', 7, 0)],
  ])('is another one for another key', (other) => {
    expect(draw(other, 3)).not.toEqual(draw(new Random(1, 'agent', 7), 3));
  });

  test('is even, also over the first numbers of many streams', () => {
    for (const numbers of [
      draw(new Random(3), 20_000),
      Array.from({ length: 20_000 }, (_, index) => new Random(3, 'agent', index).next()),
    ]) {
      const tenths = Array<number>(10).fill(0);
      for (const number of numbers) tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
      // Five standard deviations of a fair draw.
      for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(5 * Math.sqrt(1_800));
    }
  });

  test('gives whole numbers with both ends, items of a list, and some of them once each', () => {
    const random = new Random(4);
    const drawn = Array.from({ length: 1_000 }, () => random.int(2, 4));
    expect(new Set(drawn)).toEqual(new Set([2, 3, 4]));
    const picked = Array.from({ length: 100 }, () => random.pick(['a', 'b']));
    expect(new Set(picked)).toEqual(new Set(['a', 'b']));
    expect(random.some([1, 2, 3, 4], 3)).toHaveLength(3);
    expect(random.some([1, 2, 3, 4], 9).sort()).toEqual([1, 2, 3, 4]);
    expect(random.hex(40)).toMatch(/^[0-9a-f]{40}$/);
  });
});

import { expect, test } from 'vitest';
import { addDigest, formatDigest, recordDigest, subtractDigest } from './digest.ts';

/** FNV-1a, 32 bit, of the published test vectors and of keys as the protocol forms them, computed independently. */
function fnv1a(key: string): number {
  let hash = 2_166_136_261n;
  for (const byte of new TextEncoder().encode(key)) hash = ((hash ^ BigInt(byte)) * 16_777_619n) % 4_294_967_296n;
  return Number(hash);
}

test.each([
  ['task', 'T-1', 7],
  ['receipt', 'D-12:alice', 4_294_967_296],
  ['agent', 'zo\u00eb', 3],
  ['agent', '\u65e5\u672c', 1],
])('of %s:%s@%d is FNV-1a of its UTF-8', (kind, id, rev) => {
  expect(recordDigest(kind, id, rev)).toBe(fnv1a(`${kind}:${id}@${rev}`));
});

test('the reference itself gives the published vectors', () => {
  expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test('is a sum mod 2^32, in any order, shown as 8 hex digits', () => {
  const parts = [recordDigest('task', 'T-1', 1), recordDigest('task', 'T-2', 1), recordDigest('lock', 'L-1', 9)];
  const sum = parts.reduce(addDigest, 0);
  expect([...parts].reverse().reduce(addDigest, 0)).toBe(sum);
  expect(parts.reduce(subtractDigest, sum)).toBe(0);
  expect(formatDigest(255)).toBe('000000ff');
  expect(formatDigest(subtractDigest(0, 1))).toBe('ffffffff');
});

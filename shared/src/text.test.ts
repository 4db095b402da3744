import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { json, line, text, utf8Bytes } from './text.ts';

test('bytes are those of UTF-8, lone surrogates too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(utf8Bytes(value)).toBe(new TextEncoder().encode(value).length);
    }),
  );
  expect(utf8Bytes('\ud800')).toBe(3);
  expect(utf8Bytes('a\ud83d\ude00')).toBe(5);
});

describe('limits', () => {
  test.each([
    [text(6), 'abcdef', true],
    [text(6), 'abcdefg', false],
    [text(6), '\u00fc\u00fc\u00fc', true],
    [text(6), '\u00fc\u00fc\u00fc\u00fc', false],
    [text(6), '', false],
    [text(6), 'two\nlines', false],
    [text(60), 'two\nlines', true],
    [line(6), 'abcdef', true],
    [line(6), 'abcdefg', false],
    [line(6), 'a\tb', false],
    [line(6), 'a\u0007b', false],
    [line(6), 'a\u0085b', false],
    [line(6), 'a\u009bb', false],
    [line(6), 'a\u2028b', false],
    [line(6), 'aéb', true],
    [json(8), { a: 1 }, true],
    [json(8), { a: 123 }, false],
    [json(8), undefined, false],
  ])('%# %j: %s', (schema, value, expected) => {
    expect(schema.safeParse(value).success).toBe(expected);
  });
});

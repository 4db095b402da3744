import { expect, test } from 'vitest';
import { toCsv, toJsonl } from './export.ts';

test('cells keep to themselves: separators, quotes and line breaks are quoted', () => {
  expect(toCsv([['a', 'b, c', 'say "hi"', 'two\nlines'], ['1']])).toBe('a,"b, c","say ""hi""","two\nlines"\r\n1\r\n');
});

test.each(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'no spreadsheet takes %j for a formula',
  (evil) => {
    expect(toCsv([[evil]])).toMatch(/^"?'/);
  },
);

test('a minus or an equals sign inside of a text is left alone', () => {
  expect(toCsv([['a-b=c']])).toBe('a-b=c\r\n');
});

test('a line per value', () => {
  expect(toJsonl([{ seq: 2 }, { seq: 1, reason: 'two\nlines' }])).toBe('{"seq":2}\n{"seq":1,"reason":"two\\nlines"}\n');
});

import { expect, test } from 'vitest';
import { healthWords } from './health-words.ts';

test('a high number beside a bad word is not read as a mark of its own', () => {
  expect([healthWords('FAIL', '92'), healthWords('HEALTHY', '100')]).toEqual([
    'failing, 92 of 100',
    'healthy, 100 of 100',
  ]);
});

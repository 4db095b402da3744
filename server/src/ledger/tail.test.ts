import { expect, test } from 'vitest';
import { parseTail } from './tail.ts';

const entry = { batchId: 'b', node: 'n', from: 1, to: 2, txs: [] };

test('what a node of this version sends is understood', () => {
  const whole = { project: 'acme', epoch: 7, to: 2, entry };
  const announced = { project: 'acme', epoch: 7, to: 2 };
  expect([whole, announced].map((message) => parseTail(JSON.stringify(message)))).toMatchObject([whole, announced]);
});

test.each([
  '',
  'x',
  '{}',
  '[]',
  'null',
  '{"project":"acme","epoch":"7","to":2}',
  '{"project":"acme","epoch":7,"to":2,"entry":{}}',
])('anything else is no message: %s', (text) => expect(parseTail(text)).toBeUndefined());

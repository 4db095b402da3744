import { expect, test } from 'vitest';
import { receiptTimes } from './receipt-times.ts';

test('shows the states there is evidence for, in the order they came', () => {
  expect(receiptTimes({ times: { read: 9, delivered: 5, queued: 5 } })).toEqual([
    { state: 'queued', at: 5 },
    { state: 'delivered', at: 5 },
    { state: 'read', at: 9 },
  ]);
});

import type { Transaction } from '@signalbox/shared/transaction';
import { expect, test } from 'vitest';
import { Ring } from './ring.ts';

const MB = 1024 * 1024;

const committed = (seq: number, bytes: number): { tx: Transaction; bytes: number } => ({
  tx: {
    ...{ seq, clock: seq, at: seq, actor: 'hub', command: 'test', removes: [] },
    puts: [
      {
        ...{
          kind: 'message',
          id: `M-${seq}`,
          rev: seq,
          from: 'hub',
          to: 'people',
          recipients: [],
          type: 'note',
          at: 0,
        },
        bodies: { body: 'b' },
      },
    ],
  },
  bytes,
});

function ring(count: number, bytes: number): Ring {
  const made = new Ring(1, 0);
  for (let seq = 1; seq <= count; seq++) made.push(committed(seq, bytes));
  return made;
}

test('a frame carries no more than 256 KB, and one transaction at least', () => {
  const frames = (made: Ring): number[] => {
    const ends: number[] = [];
    for (let frame = made.frameAfter(0); frame !== undefined; frame = made.frameAfter(frame.to)) ends.push(frame.to);
    return ends;
  };
  expect(frames(ring(10, 100_000))).toEqual([2, 4, 6, 8, 10]);
  expect(frames(ring(3, MB))).toEqual([1, 2, 3]);
  expect(frames(ring(2_500, 1))).toEqual([1_000, 2_000, 2_500]);
});

test('large transactions are forgotten sooner: never more than 32 MB are kept, and the newest always', () => {
  const made = ring(100, MB);
  expect([made.covers(67), made.covers(68), made.covers(100)]).toEqual([false, true, true]);
  made.push(committed(101, 100 * MB));
  expect([made.covers(99), made.covers(100)]).toEqual([false, true]);
});

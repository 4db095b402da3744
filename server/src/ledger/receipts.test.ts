import type { AnyRecord } from '@signalbox/shared/records';
import type { Transaction } from '@signalbox/shared/transaction';
import { describe, expect, test } from 'vitest';
import { packReply, Receipts } from './receipts.ts';

const MINUTE = 60_000;
const receipt = { inputHash: 'h', reply: { ok: 1 } };
const counter = (id: string, last: number): AnyRecord => ({ kind: 'counter', id, rev: 1, last });

function tx(reply: unknown, puts: AnyRecord[] = [], clock = 0): Transaction {
  return {
    seq: 1,
    clock,
    at: 0,
    actor: 'alice',
    command: 'x',
    puts,
    removes: [],
    receipt: ['alice', 'r1', 'h', reply],
  };
}

describe('how long', () => {
  test('a receipt is found for at least ten minutes, by the actor who got it', () => {
    for (const addedAt of [0, 9 * MINUTE, 10 * MINUTE - 1]) {
      const receipts = new Receipts();
      for (let clock = 0; clock <= addedAt + 10 * MINUTE; clock += MINUTE / 2) {
        receipts.add({ clock, actor: 'bob', requestId: `noise ${clock}`, receipt });
        if (clock >= addedAt && clock - addedAt < MINUTE / 2)
          receipts.add({ clock, actor: 'alice', requestId: 'r1', receipt });
      }
      expect(receipts.find('alice', 'r1')).toEqual(receipt);
      expect(receipts.find('bob', 'r1')).toBeUndefined();
    }
  });

  test('but not for ever', () => {
    const receipts = new Receipts();
    receipts.add({ clock: 0, actor: 'alice', requestId: 'r1', receipt });
    for (let clock = 0; clock <= 21 * MINUTE; clock += MINUTE)
      receipts.add({ clock, actor: 'bob', requestId: `r${clock}`, receipt });
    expect(receipts.find('alice', 'r1')).toBeUndefined();
  });

  test('an actor and a requestId never run into each other', () => {
    const receipts = new Receipts();
    receipts.add({ clock: 0, actor: 'human:Kim', requestId: 'Lee r1', receipt });
    expect(receipts.find('human:Kim Lee', 'r1')).toBeUndefined();
  });
});

describe('replies', () => {
  const a = counter('T', 1);
  const b = counter('M', 2);

  test.each<[string, unknown]>([
    ['a record at the top', { task: a, reason: 'x' }],
    ['records in a list', { tasks: [a, b], n: 2 }],
    ['no record', { lockId: 'L-1', paths: ['a'], nested: { deep: true } }],
    ['nothing', {}],
    ['null', { task: a, next: null }],
  ])('come back from the log as they were: %s', (_, reply) => {
    const stored = JSON.parse(JSON.stringify(tx(packReply(reply, [a, b]), [a, b]))) as Transaction;
    const receipts = new Receipts();
    receipts.read(stored);
    expect(receipts.find('alice', 'r1')).toEqual({ inputHash: 'h', reply });
  });

  test('hold each record once', () => {
    expect(JSON.stringify(packReply({ tasks: [a, b] }, [a, b]))).toBe(
      '{"tasks":[{"$put":"counter:T"},{"$put":"counter:M"}]}',
    );
  });

  test('keep a record of before as it was', () => {
    expect(packReply({ task: a }, [counter('T', 2)])).toEqual({ task: a });
  });

  test('a transaction without a receipt leaves none', () => {
    const receipts = new Receipts();
    const { receipt: _, ...plain } = tx({});
    receipts.read(plain);
    expect(receipts.find('alice', 'r1')).toBeUndefined();
  });
});

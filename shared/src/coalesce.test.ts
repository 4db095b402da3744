import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';
import type { AnyRecord, Kind } from './records.ts';
import { apply, type RemovedKey } from './transaction.ts';

const counter = (id: string, rev: number): AnyRecord => ({ kind: 'counter', id, rev, last: rev });
const inbox = (id: string, rev: number): AnyRecord => ({ kind: 'inbox', id, rev, cursor: rev, acked: [] });

/** What is left after applying changes one by one. */
function after(changes: Iterable<{ puts: AnyRecord[]; removes: RemovedKey[] }>): AnyRecord[] {
  const records = new Map<string, AnyRecord>();
  const store = {
    put: (record: AnyRecord) => void records.set(`${record.kind}:${record.id}`, record),
    remove: (kind: Kind, id: string) => void records.delete(`${kind}:${id}`),
  };
  for (const change of changes) apply(store, change);
  return [...records.values()].sort((a, b) => (`${a.kind}${a.id}` < `${b.kind}${b.id}` ? -1 : 1));
}

const step = fc.record({ id: fc.constantFrom('a', 'b', 'c'), what: fc.constantFrom('counter', 'inbox', 'remove') });
const transaction = fc.uniqueArray(step, { selector: ({ id }) => id, maxLength: 3 });

test('the net effect is the effect', () => {
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 12 }), (steps) => {
      const transactions = steps.map((own, at) => ({
        puts: own.flatMap(({ id, what }) =>
          what === 'remove' ? [] : [what === 'counter' ? counter(id, at) : inbox(id, at)],
        ),
        removes: own.flatMap(({ id, what }): RemovedKey[] => (what === 'remove' ? [['counter', id]] : [])),
      }));
      const net = coalesce(transactions);
      expect(after([net])).toEqual(after(transactions));
      const touched = [...net.puts.map(({ kind, id }) => `${kind}:${id}`), ...net.removes.map((key) => key.join(':'))];
      expect(new Set(touched).size).toBe(touched.length);
    }),
  );
});

test('what is not seen is left out, put or removed', () => {
  const transactions = [
    {
      puts: [counter('a', 1), inbox('a', 1)],
      removes: [
        ['inbox', 'b'],
        ['counter', 'b'],
      ] as RemovedKey[],
    },
  ];
  expect(coalesce(transactions, (kind) => kind === 'counter')).toEqual({
    puts: [counter('a', 1)],
    removes: [['counter', 'b']],
  });
});

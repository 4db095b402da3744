import { type AnyRecord, isVisible, type Kind } from '@signalbox/shared/records';
import { apply, type RemovedKey, type Transaction } from '@signalbox/shared/transaction';
import fc from 'fast-check';
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

interface Diff {
  from: number;
  to: number;
  puts: AnyRecord[];
  removes: RemovedKey[];
}

/** What is left after applying changes one by one, of what subscribers see. */
function after(changes: Iterable<Pick<Diff, 'puts' | 'removes'>>): AnyRecord[] {
  const records = new Map<string, AnyRecord>();
  const store = {
    put: (record: AnyRecord) => void records.set(`${record.kind}:${record.id}`, record),
    remove: (kind: Kind, id: string) => void records.delete(`${kind}:${id}`),
  };
  for (const change of changes) apply(store, change);
  return [...records.values()].filter(({ kind }) => isVisible(kind)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

const step = fc.record({ id: fc.constantFrom('a', 'b', 'c'), what: fc.constantFrom('inbox', 'message', 'remove') });

test('the frame after any seq has the effect of all that followed, each record once, nothing that is not seen', () => {
  const changes = fc.uniqueArray(step, { selector: ({ id }) => id, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 12 }), fc.nat(), fc.boolean(), (steps, start, atHand) => {
      const made = new Ring(7, 0);
      const all = steps.map((own, at) => {
        const { tx } = committed(at + 1, 1);
        const puts = own.flatMap(({ id, what }): AnyRecord[] => {
          if (what === 'remove') return [];
          if (what === 'inbox') return [{ kind: 'inbox', id, rev: tx.seq, cursor: 0, acked: [] }];
          return tx.puts.map((put) => ({ ...put, id }));
        });
        const removes = own.flatMap(({ id, what }): RemovedKey[] => (what === 'remove' ? [['message', id]] : []));
        const texts = puts.map((put) => JSON.stringify(put));
        made.push({ tx: { ...tx, puts, removes }, bytes: 1, ...(atHand && { puts: texts }) });
        return { puts, removes };
      });
      const seq = start % steps.length;
      const frame = made.frameAfter(seq);
      const diff: Diff = JSON.parse(frame?.json ?? 'null');
      expect(diff).toMatchObject({ epoch: 7, from: seq + 1, to: steps.length, clock: steps.length });
      expect(after([...all.slice(0, seq), diff])).toEqual(after(all));
      const touched = [
        ...diff.puts.map(({ kind, id }) => `${kind}:${id}`),
        ...diff.removes.map((key) => key.join(':')),
      ];
      expect(new Set(touched).size).toBe(touched.length);
      expect(diff.puts.every(({ kind }) => isVisible(kind))).toBe(true);
    }),
  );
  expect(ring(3, 1).frameAfter(3)).toBeUndefined();
});

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

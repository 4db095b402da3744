import type { Transaction } from '@signalbox/shared/transaction';
import { describe, expect, test } from 'vitest';
import type { AppendAnswer, Batch, Era, LedgerStore } from './store.ts';

/** One ledger as several processes see it, with the faults a store must survive. */
export interface StoreUnderTest {
  store(node: string): LedgerStore;
  /** The process behind the store starts anew with all its data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const counter = (id: string, seq: number, last: number): Transaction => ({
  seq,
  clock: seq * 10,
  at: 1_000 + seq,
  actor: 'hub',
  command: 'test',
  puts: [{ kind: 'counter', id, rev: seq, last }],
  removes: [],
});

let batches = 0;
const batchOf = (era: Era, base: number, txs: Transaction[], batchId = `batch-${++batches}`): Batch => ({
  ...era,
  batchId,
  base,
  txs,
  encoded: txs.map((tx) => JSON.stringify(tx)),
});
const kindOf = (answer: AppendAnswer): string => answer.kind;

/** What every LedgerStore promises; run on memory and on real Redis. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const contract = (title: string, run: (under: StoreUnderTest) => Promise<void>): void =>
    test(title, async () => {
      const under = await open();
      try {
        await run(under);
      } finally {
        await under.close();
      }
    });

  describe(`ledger store: ${name}`, () => {
    contract('an empty ledger is adopted once and loads empty', async (under) => {
      const store = under.store('a');
      const era = await store.adopt(0);
      expect(await under.store('b').adopt(0)).toEqual(era);
      expect(era.epoch).toBeGreaterThan(1_700_000_000);
      expect(await store.load()).toEqual({ ...era, seq: 0, clock: 0, records: [], recent: [] });
    });

    contract('what was appended is loaded, the last word per record', async (under) => {
      const store = under.store('a');
      const era = await store.adopt(0);
      const removed: Transaction = { ...counter('T', 3, 0), puts: [], removes: [['counter', 'M']] };
      expect(kindOf(await store.append(batchOf(era, 0, [counter('T', 1, 1), counter('M', 2, 1), removed])))).toBe('ok');
      expect(kindOf(await store.append(batchOf(era, 3, [counter('T', 4, 2)])))).toBe('ok');
      const loaded = await store.load();
      expect(loaded).toMatchObject({
        ...era,
        seq: 4,
        clock: 40,
        records: [{ kind: 'counter', id: 'T', rev: 4, last: 2 }],
      });
      expect(loaded.recent.map(({ from, to }) => [from, to])).toEqual([
        [1, 3],
        [4, 4],
      ]);
      expect(loaded.recent[0]?.txs).toEqual([counter('T', 1, 1), counter('M', 2, 1), removed]);
    });

    contract('the same batch again is answered like the first time and changes nothing', async (under) => {
      const store = under.store('a');
      const era = await store.adopt(0);
      const batch = batchOf(era, 0, [counter('T', 1, 1)]);
      expect(kindOf(await store.append(batch))).toBe('ok');
      expect(kindOf(await store.append(batch))).toBe('ok');
      expect(await store.load()).toMatchObject({ seq: 1, recent: [{ batchId: batch.batchId }] });
      expect(await store.lastBatchOf('a')).toBe(batch.batchId);
      expect(await store.lastBatchOf('b')).toBeUndefined();
    });

    contract('a batch decided on an older seq conflicts and brings what was missed', async (under) => {
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      for (let seq = 1; seq <= 10; seq++) await a.append(batchOf(era, seq - 1, [counter('T', seq, seq)]));
      const answer = await b.append(batchOf(era, 0, [counter('T', 1, 99)]));
      if (answer.kind !== 'conflict') throw new Error(`expected a conflict, got ${answer.kind}`);
      expect(answer.missed.map(({ from }) => from)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect((await b.entriesAfter(era, 8))?.map(({ to }) => to)).toEqual([9, 10]);
      expect(await b.entriesAfter(era, 10)).toEqual([]);
      expect((await b.load()).records).toEqual([{ kind: 'counter', id: 'T', rev: 10, last: 10 }]);
    });

    contract('a barrier is ok on the newest seq only and writes nothing', async (under) => {
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      await a.append(batchOf(era, 0, [counter('T', 1, 1)]));
      expect(kindOf(await b.append(batchOf(era, 1, [])))).toBe('ok');
      expect(kindOf(await b.append(batchOf(era, 0, [])))).toBe('conflict');
      expect((await a.load()).recent).toHaveLength(1);
    });

    contract('after a restart nothing is written before a new, greater epoch is adopted', async (under) => {
      const store = under.store('a');
      const before = await store.adopt(0);
      await store.append(batchOf(before, 0, [counter('T', 1, 1)]));
      await under.restart();
      expect(kindOf(await store.append(batchOf(before, 1, [counter('T', 2, 2)])))).toBe('epoch');
      const after = await store.adopt(before.epoch);
      expect(after.epoch).toBeGreaterThan(before.epoch);
      expect(after.run).not.toBe(before.run);
      expect(kindOf(await store.append(batchOf(before, 1, [counter('T', 2, 2)])))).toBe('epoch');
      expect(kindOf(await store.append(batchOf(after, 1, [counter('T', 2, 2)])))).toBe('ok');
      expect(await store.load()).toMatchObject({ seq: 2, records: [{ last: 2 }] });
    });

    contract('an epoch is greater than any the caller knows', async (under) => {
      const era = await under.store('a').adopt(9_000_000_000);
      expect(era.epoch).toBe(9_000_000_001);
    });

    contract('thousands of records go into one batch', async (under) => {
      const store = under.store('a');
      const era = await store.adopt(0);
      const many: Transaction = {
        ...counter('T', 1, 0),
        puts: Array.from({ length: 12_000 }, (_, n) => ({ kind: 'counter', id: `c${n}`, rev: 1, last: n })),
      };
      expect(kindOf(await store.append(batchOf(era, 0, [many])))).toBe('ok');
      const gone: Transaction = {
        ...counter('T', 2, 0),
        puts: [],
        removes: many.puts.slice(1).map(({ kind, id }) => [kind, id] as const),
      };
      expect(kindOf(await store.append(batchOf(era, 1, [gone])))).toBe('ok');
      expect((await store.load()).records).toEqual([{ kind: 'counter', id: 'c0', rev: 1, last: 0 }]);
    });
  });
}

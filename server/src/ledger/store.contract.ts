import type { Transaction } from '@signalbox/shared/transaction';
import { describe, expect, test, vi } from 'vitest';
import { SOON } from '../testing/soon.ts';
import { encodeTransaction } from './encode.ts';
import { type AppendAnswer, type Batch, type Era, LedgerRemoved } from './store.ts';
import type { TailMessage } from './tail.ts';
import type { StoreUnderTest } from './testing/under-test.ts';

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
  asksForTurn: false,
  txs,
  encoded: txs.map(encodeTransaction),
});
const asking = (batch: Batch): Batch => ({ ...batch, asksForTurn: true });
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
      const entries = (await store.entriesAfter(era, 0)) ?? [];
      expect(entries.map(({ from, to }) => [from, to])).toEqual([
        [1, 3],
        [4, 4],
      ]);
      expect(entries[0]?.txs).toEqual([counter('T', 1, 1), counter('M', 2, 1), removed]);
    });

    contract('what is kept of the log at a start: what was answered, when, and how much there is', async (under) => {
      const store = under.store('a');
      const era = await store.adopt(0);
      const answered: Transaction = {
        ...counter('T', 2, 1),
        receipt: ['alice', 'r1', 'h', { task: { $put: 'counter:T' } }],
      };
      await store.append(batchOf(era, 0, [counter('M', 1, 1), answered]));
      await store.append(batchOf(era, 2, [counter('T', 3, 2)]));
      const reply = { task: { kind: 'counter', id: 'T', rev: 2, last: 1 } };
      const receipt = { clock: 20, actor: 'alice', requestId: 'r1', receipt: { inputHash: 'h', reply } };
      const { recent } = await store.load();
      expect(recent).toMatchObject([
        { clock: 20, receipts: [receipt] },
        { clock: 30, receipts: [] },
      ]);
      expect(recent.map(({ bytes }) => bytes)).toEqual((await store.entriesAfter(era, 0))?.map(({ bytes }) => bytes));
      expect(recent[0]?.bytes).toBeGreaterThan(recent[1]?.bytes ?? 0);
    });

    contract('the same batch again is answered like the first time and changes nothing', async (under) => {
      const store = under.store('a');
      const era = await store.adopt(0);
      const batch = batchOf(era, 0, [counter('T', 1, 1)]);
      expect(kindOf(await store.append(batch))).toBe('ok');
      expect(kindOf(await store.append(batch))).toBe('ok');
      expect(await store.load()).toMatchObject({ seq: 1 });
      expect(await store.entriesAfter(era, 0)).toMatchObject([{ batchId: batch.batchId }]);
      expect(await store.lastBatchOf('a')).toBe(batch.batchId);
      expect(await store.lastBatchOf('b')).toBeUndefined();
    });

    contract('a batch decided on an older seq conflicts and brings what was missed', async (under) => {
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      for (let seq = 1; seq <= 10; seq++) await a.append(batchOf(era, seq - 1, [counter('T', seq, seq)]));
      const answer = await b.append(batchOf(era, 0, [counter('T', 1, 99)]));
      if (answer.kind !== 'conflict') throw new Error(`expected a conflict, got ${answer.kind}`);
      expect([answer.missed.map(({ from }) => from), answer.more]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], true]);
      expect((await b.entriesAfter(era, 8))?.map(({ to }) => to)).toEqual([9, 10]);
      const nearer = await b.append(batchOf(era, 2, [counter('T', 3, 99)]));
      expect(nearer).toMatchObject({ kind: 'conflict', more: false });
      expect(nearer.kind === 'conflict' && nearer.missed.map(({ from }) => from)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
      expect(await b.entriesAfter(era, 10)).toEqual([]);
      expect((await b.load()).records).toEqual([{ kind: 'counter', id: 'T', rev: 10, last: 10 }]);
    });

    contract('a barrier is ok on the newest seq only and writes nothing', async (under) => {
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      await a.append(batchOf(era, 0, [counter('T', 1, 1)]));
      expect(kindOf(await b.append(batchOf(era, 1, [])))).toBe('ok');
      expect(kindOf(await b.append(batchOf(era, 0, [])))).toBe('conflict');
      expect(await a.entriesAfter(era, 0)).toHaveLength(1);
    });

    contract(
      'in a conflict who asks for the turn gets it, and its next batch goes before all others',
      async (under) => {
        const [a, b, c] = [under.store('a'), under.store('b'), under.store('c')];
        const era = await a.adopt(0);
        await a.append(batchOf(era, 0, [counter('T', 1, 1)]));
        expect(kindOf(await b.append(asking(batchOf(era, 0, [counter('T', 1, 1)]))))).toBe('conflict');
        const waiting = batchOf(era, 1, [counter('T', 2, 2)]);
        expect(kindOf(await a.append(waiting))).toBe('wait');
        // Whose view is old hears of it, turn or not; who only wants to know that it is not is not kept waiting either.
        expect(kindOf(await c.append(asking(batchOf(era, 0, [counter('T', 1, 1)]))))).toBe('conflict');
        expect(kindOf(await c.append(asking(batchOf(era, 1, [counter('T', 2, 2)]))))).toBe('wait');
        expect(kindOf(await a.append(batchOf(era, 1, [])))).toBe('ok');
        expect(kindOf(await a.append(asking(waiting)))).toBe('wait');
        expect(kindOf(await b.append(batchOf(era, 1, [counter('T', 2, 2)])))).toBe('ok');
        expect(kindOf(await a.append(waiting))).toBe('conflict');
        expect(kindOf(await c.append(batchOf(era, 2, [counter('T', 3, 3)])))).toBe('ok');
        expect(await a.load()).toMatchObject({ seq: 3, records: [{ last: 3 }] });
      },
    );

    contract('a conflict gives nobody the turn who did not ask', async (under) => {
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      await a.append(batchOf(era, 0, [counter('T', 1, 1)]));
      expect(kindOf(await b.append(batchOf(era, 0, [counter('T', 1, 1)])))).toBe('conflict');
      expect(kindOf(await a.append(asking(batchOf(era, 1, [counter('T', 2, 2)]))))).toBe('ok');
    });

    contract(
      'a turn ends with whatever succeeds, a barrier too, and an answer given before stays as it was',
      async (under) => {
        const [a, b] = [under.store('a'), under.store('b')];
        const era = await a.adopt(0);
        const first = batchOf(era, 0, [counter('T', 1, 1)]);
        await a.append(first);
        await b.append(asking(batchOf(era, 0, [counter('T', 1, 1)])));
        expect(kindOf(await a.append(first))).toBe('ok');
        expect(kindOf(await b.append(batchOf(era, 1, [])))).toBe('ok');
        expect(kindOf(await a.append(batchOf(era, 1, [counter('T', 2, 2)])))).toBe('ok');
      },
    );

    contract('a turn nobody uses ends by itself', async (under) => {
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      await a.append(batchOf(era, 0, [counter('T', 1, 1)]));
      await b.append(asking(batchOf(era, 0, [counter('T', 1, 1)])));
      const waiting = batchOf(era, 1, [counter('T', 2, 2)]);
      expect(kindOf(await a.append(waiting))).toBe('wait');
      await vi.waitFor(async () => expect(kindOf(await a.append(waiting))).toBe('ok'), SOON);
    });

    contract('everybody else hears of what was written, once and in its order', async (under) => {
      const heard: Record<string, TailMessage[]> = { a: [], b: [], c: [] };
      for (const node of ['a', 'b', 'c']) await under.listen(node, (message) => heard[node]?.push(message));
      const [a, b] = [under.store('a'), under.store('b')];
      const era = await a.adopt(0);
      const first = batchOf(era, 0, [counter('T', 1, 1), counter('T', 2, 2)]);
      await a.append(first);
      await a.append(first);
      await b.append(batchOf(era, 2, []));
      await b.append(batchOf(era, 1, [counter('T', 2, 2)]));
      await b.append(batchOf(era, 2, [counter('T', 3, 3)]));
      await vi.waitFor(() => expect(heard.c).toHaveLength(2), SOON);
      const [entry, later] = ((await a.entriesAfter(era, 0)) ?? []).map(({ bytes: _, ...written }) => written);
      const { epoch } = era;
      expect(heard.c).toMatchObject([
        { epoch, to: 2, entry },
        { epoch, to: 3, entry: later },
      ]);
      await vi.waitFor(() => expect([heard.a, heard.b]).toMatchObject([[{ to: 3 }], [{ to: 2 }]]), SOON);
    });

    contract('of a very large entry only that it is there', async (under) => {
      const heard: TailMessage[] = [];
      await under.listen('b', (message) => heard.push(message));
      const store = under.store('a');
      const era = await store.adopt(0);
      const large = {
        ...counter('T', 1, 1),
        puts: [{ kind: 'body' as const, id: 'x', rev: 1, text: 'x'.repeat(70_000) }],
      };
      await store.append(batchOf(era, 0, [large]));
      await store.append(batchOf(era, 1, [counter('T', 2, 2)]));
      await vi.waitFor(() => expect(heard).toHaveLength(2), SOON);
      expect(heard.map(({ to, entry }) => [to, entry?.to])).toEqual([
        [1, undefined],
        [2, 2],
      ]);
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

    contract(
      'what goes on after an entry is found across epochs; an entry that is not there goes on nowhere',
      async (under) => {
        const store = under.store('a');
        const first = await store.adopt(0);
        const [one, two] = [batchOf(first, 0, [counter('T', 1, 1)]), batchOf(first, 1, [counter('T', 2, 2)])];
        for (const batch of [one, two]) await store.append(batch);
        await under.restart();
        const second = await store.adopt(first.epoch);
        const three = batchOf(second, 2, [counter('T', 3, 3), counter('M', 4, 1)]);
        await store.append(three);
        const after = async (epoch: number, seq: number, { batchId }: Batch) =>
          (await under.store('b').continuation({ epoch, seq, batchId }))?.map((entry) => entry.batchId);
        expect(await after(first.epoch, 1, one)).toEqual([two.batchId, three.batchId]);
        expect(await after(first.epoch, 2, two)).toEqual([three.batchId]);
        // Known since a later epoch began, in which nothing was written then.
        expect(await after(second.epoch, 2, two)).toEqual([three.batchId]);
        expect(await after(second.epoch, 4, three)).toEqual([]);
        // Another history: the same number, and another entry; one that ends elsewhere; one that never came.
        expect(await after(second.epoch, 2, one)).toBeUndefined();
        expect(await after(second.epoch, 3, three)).toBeUndefined();
        expect(await after(second.epoch, 5, three)).toBeUndefined();
      },
    );

    contract('an epoch is greater than any the caller knows', async (under) => {
      const era = await under.store('a').adopt(9_000_000_000);
      expect(era.epoch).toBe(9_000_000_001);
    });

    describe('a life that is erased', () => {
      contract('is gone, and nobody who believes in it writes or opens it again', async (under) => {
        const [a, b] = [under.store('a', 5), under.store('b', 5)];
        const era = await a.adopt(0);
        const written = batchOf(era, 0, [counter('T', 1, 1)]);
        await a.append(written);
        // The removal is a newer version of what the nodes opened.
        await under.store('c', 7).erase();
        for (const batch of [written, batchOf(era, 1, [counter('T', 2, 2)]), batchOf(era, 0, []), batchOf(era, 1, [])])
          expect(kindOf(await a.append(batch))).toBe('epoch');
        await expect(b.adopt(era.epoch)).rejects.toThrow(LedgerRemoved);
        await expect(under.store('late', 7).adopt(0)).rejects.toThrow(LedgerRemoved);
        await expect(b.load()).rejects.toThrow(LedgerRemoved);
        expect(await b.lastBatchOf('a')).toBeUndefined();
        expect(await b.entriesAfter(era, 0)).toEqual([]);
      });

      contract('does not come up in the next one, whose epoch is newer', async (under) => {
        const old = under.store('a', 5);
        const era = await old.adopt(9_000_000_000);
        await old.append(batchOf(era, 0, [counter('T', 1, 1)]));
        await under.store('a', 7).erase();
        const anew = under.store('b', 9);
        const next = await anew.adopt(0);
        expect(next.epoch).toBeGreaterThan(era.epoch);
        expect(await anew.load()).toEqual({ ...next, seq: 0, clock: 0, records: [], recent: [] });
        expect(kindOf(await anew.append(batchOf(next, 0, [counter('M', 1, 1)])))).toBe('ok');
        expect(kindOf(await old.append(batchOf(era, 1, [counter('T', 2, 2)])))).toBe('epoch');
        await expect(old.adopt(next.epoch)).rejects.toThrow(LedgerRemoved);
        await expect(old.load()).rejects.toThrow(LedgerRemoved);
        await under.restart();
        await expect(old.adopt(next.epoch)).rejects.toThrow(LedgerRemoved);
        await anew.adopt(0);
        expect((await anew.load()).records).toEqual([{ kind: 'counter', id: 'M', rev: 1, last: 1 }]);
      });

      contract('is not erased again: a late order leaves the next one alone', async (under) => {
        const late = under.store('a', 7);
        await late.adopt(0);
        await late.erase();
        const anew = under.store('b', 9);
        const next = await anew.adopt(0);
        await anew.append(batchOf(next, 0, [counter('M', 1, 1)]));
        await late.erase();
        expect(await anew.load()).toMatchObject({ ...next, seq: 1, records: [{ id: 'M' }] });
        expect(kindOf(await anew.append(batchOf(next, 1, [counter('M', 2, 2)])))).toBe('ok');
      });

      contract('need never have been opened', async (under) => {
        await under.store('a', 7).erase();
        await expect(under.store('b', 5).adopt(0)).rejects.toThrow(LedgerRemoved);
        expect((await under.store('b', 9).adopt(0)).epoch).toBeGreaterThan(1_700_000_000);
      });
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

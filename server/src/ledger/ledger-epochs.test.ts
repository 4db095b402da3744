import { describe, expect, test, vi } from 'vitest';
import { MemoryLedger, MemoryStore } from './memory-store.ts';
import { StoreUnavailable } from './store.ts';
import { again, count, last, openLedger } from './testing/counting.ts';
import { UnsteadyStore } from './testing/unsteady-store.ts';

describe('when the store starts anew', () => {
  /** Two nodes; how often the first has loaded everything, and begun anew. */
  async function twoNodes() {
    const memory = new MemoryLedger();
    const store = new UnsteadyStore(new MemoryStore(memory, 'a'), { fault: () => undefined, travel: async () => {} });
    const ledger = await openLedger(memory, 'a', { store });
    const other = await openLedger(memory, 'b');
    let resets = 0;
    ledger.onReset(() => resets++);
    const anew = () => ({ resets, loads: store.calls.filter((call) => call === 'load').length });
    const close = () => Promise.all([ledger.close(), other.close()]);
    return { memory, ledger, other, anew, close };
  }

  test('a greater epoch goes on from the copy: nothing that is known is loaded again', async () => {
    const { memory, ledger, other, anew, close } = await twoNodes();
    const before = ledger.epoch;
    expect(await ledger.execute(again('r1'))).toMatchObject({ reply: { id: 'T-1' } });
    // Written by others before the end and after the new beginning, and not heard of here.
    await other.execute(count());
    memory.restart();
    await other.execute(count());
    expect(await ledger.execute(count())).toMatchObject({ ok: true, reply: { id: 'T-4' } });
    expect(ledger.epoch).toBeGreaterThan(before);
    await other.catchUp();
    expect([ledger.epoch, ledger.seq, ledger.digest]).toEqual([other.epoch, memory.seq, other.digest]);
    expect(await ledger.execute(again('r1'))).toMatchObject({ reply: { id: 'T-1' } });
    expect(anew()).toEqual({ resets: 1, loads: 1 });
    await close();
  });

  test('again and again with nothing written in between, too', async () => {
    const { memory, ledger, anew, close } = await twoNodes();
    await ledger.execute(count());
    for (let times = 1; times <= 3; times++) {
      memory.restart();
      await ledger.catchUp();
      expect([ledger.epoch, anew()]).toEqual([memory.epoch, { resets: times, loads: 1 }]);
    }
    expect(await ledger.execute(count())).toMatchObject({ reply: { id: 'T-2' } });
    await close();
  });

  test('without the newest entry everything is loaded again, also when another has its number', async () => {
    const { memory, ledger, anew, close } = await twoNodes();
    await ledger.execute(count());
    const before = structuredClone({ seq: memory.seq, clock: memory.clock, records: memory.records, log: memory.log });
    await ledger.execute(count());
    memory.restart();
    Object.assign(memory, before);
    memory.lastBatch.clear();
    const third = await openLedger(memory, 'c');
    expect(await third.execute(count())).toMatchObject({ ok: true, seq: 2, reply: { id: 'T-2' } });
    expect(await ledger.execute(count())).toMatchObject({ ok: true, seq: 3, reply: { id: 'T-3' } });
    await third.catchUp();
    expect([anew(), ledger.digest]).toEqual([{ resets: 1, loads: 2 }, third.digest]);
    await third.close();
    await close();
  });

  test('an outcome that was unknown when the store ended is found out', async () => {
    const { memory, ledger, anew, close } = await twoNodes();
    await ledger.execute(count());
    const executed = MemoryStore.prototype.append;
    vi.spyOn(MemoryStore.prototype, 'append').mockImplementationOnce(async function (this: MemoryStore, batch) {
      await executed.call(this, batch);
      memory.restart();
      throw new StoreUnavailable('lost on the way back');
    });
    expect(await ledger.execute(count())).toMatchObject({ ok: true, reply: { id: 'T-2' } });
    vi.restoreAllMocks();
    expect([await last(ledger), anew()]).toEqual([2, { resets: 1, loads: 1 }]);
    await close();
  });
});

test('a ledger whose project was removed refuses what it has and what comes, and asks no more', async () => {
  const memory = new MemoryLedger();
  let road = Promise.resolve();
  const store = new UnsteadyStore(new MemoryStore(memory, 'a', 5), { fault: () => undefined, travel: () => road });
  let told = 0;
  const ledger = await openLedger(memory, 'a', { store, onRemoved: () => told++ });
  await ledger.execute(count());
  await new MemoryStore(memory, 'b', 7).erase();
  const anew = await openLedger(memory, 'b', { store: new MemoryStore(memory, 'b', 9) });
  const refused = { ok: false, error: { code: 'NOT_FOUND' } };
  let clear = (): void => {};
  road = new Promise((resolve) => {
    clear = resolve;
  });
  const before = store.calls.length;
  const underWay = ledger.execute(count());
  while (store.calls.length === before) await new Promise((resolve) => setImmediate(resolve));
  const waiting = [ledger.execute(count()), ledger.execute(count({ urgent: true }))];
  clear();
  expect(await Promise.all([underWay, ...waiting])).toMatchObject([refused, refused, refused]);
  expect([ledger.removed, told]).toEqual([true, 1]);
  const asked = store.calls.length;
  expect(await ledger.execute(count())).toMatchObject(refused);
  await ledger.catchUp();
  await ledger.close();
  expect([store.calls.length, told, memory.seq, memory.records.size]).toEqual([asked, 1, 0, 0]);
  expect(await anew.execute(count())).toMatchObject({ ok: true, seq: 1, reply: { id: 'T-1' } });
  await anew.close();
});

test('a ledger that only hears of a new project under its id finds that its own was removed', async () => {
  const memory = new MemoryLedger();
  const removed = new Promise<void>((resolve) => {
    void openLedger(memory, 'a', { store: new MemoryStore(memory, 'a', 5), onRemoved: resolve }).then(
      async (ledger) => {
        await new MemoryStore(memory, 'b', 7).erase();
        const { epoch } = await new MemoryStore(memory, 'b', 9).adopt(0);
        ledger.heard({ project: 'sim', epoch, to: 1 });
      },
    );
  });
  await removed;
});

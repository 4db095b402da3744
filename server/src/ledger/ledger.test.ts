import { refuse } from '@signalbox/shared/errors';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Context } from '../domain/decision.ts';
import { nextId } from '../domain/numbers.ts';
import type { Draft } from '../domain/view.ts';
import { type Committed, Ledger, type LedgerOptions } from './ledger.ts';
import { MemoryLedger, MemoryStore } from './memory-store.ts';
import { StoreUnavailable } from './store.ts';
import type { Submission } from './submission.ts';
import { UnsteadyStore } from './testing/unsteady-store.ts';

const openLedger = (memory: MemoryLedger, node: string, options: Partial<LedgerOptions> = {}): Promise<Ledger> =>
  Ledger.open({ store: new MemoryStore(memory, node), node, ...options });

/** Takes the next number of a letter: every execution shows. */
const count = (extra: Partial<Submission> = {}): Submission<{ id: string }> => ({
  command: 'test.count',
  caller: { kind: 'person', name: 'alice', role: 'operator' },
  ...extra,
  decide: (draft: Draft) => ({ id: nextId(draft, 'T') }),
});
const again = (requestId: string, inputHash = 'same'): Submission<{ id: string }> => count({ requestId, inputHash });
const last = (ledger: Ledger): Promise<number | undefined> => ledger.read((view) => view.get('counter', 'T')?.last);

test('commands of one turn travel in one batch, each seeing the ones before it', async () => {
  const memory = new MemoryLedger();
  const ledger = await openLedger(memory, 'a');
  const answers = await Promise.all([1, 2, 3].map(() => ledger.execute(count())));
  expect(answers.map((answer) => answer.ok && answer.reply.id)).toEqual(['T-1', 'T-2', 'T-3']);
  expect(memory.log).toHaveLength(1);
  await ledger.close();
});

test('a refusal and a throw leave nothing and harm nobody else', async () => {
  const memory = new MemoryLedger();
  const ledger = await openLedger(memory, 'a');
  const refused = {
    ...count(),
    decide: (draft: Draft) => {
      nextId(draft, 'T');
      return refuse('CONFLICT', 'no');
    },
  };
  const thrown = {
    ...count(),
    decide: (draft: Draft): { id: string } => {
      nextId(draft, 'T');
      throw new Error('broken assumption');
    },
  };
  const [a, b, c] = await Promise.all([ledger.execute(refused), ledger.execute(thrown), ledger.execute(count())]);
  expect([a, b]).toMatchObject([{ error: { code: 'CONFLICT' } }, { error: { code: 'INTERNAL' } }]);
  expect(c).toMatchObject({ ok: true, seq: 1, reply: { id: 'T-1' } });
  await ledger.close();
});

test.each(['before', 'after'] as const)(
  'an append lost on the way (%s it was executed) is sent again and applied once',
  async (fault) => {
    const memory = new MemoryLedger();
    const ledger = await openLedger(memory, 'a');
    memory.faults = [fault, fault];
    expect(await ledger.execute(count())).toMatchObject({ ok: true, seq: 1, reply: { id: 'T-1' } });
    expect(memory.log).toHaveLength(1);
    await ledger.close();
  },
);

test('the same requestId gets the first answer, also from another process; another payload is refused', async () => {
  const memory = new MemoryLedger();
  const first = await openLedger(memory, 'a');
  const [one, two] = await Promise.all([first.execute(again('r1')), first.execute(again('r1'))]);
  expect(one).toMatchObject({ ok: true, reply: { id: 'T-1' } });
  expect(two).toMatchObject({ ok: true, reply: { id: 'T-1' } });
  await first.close();
  const second = await openLedger(memory, 'b');
  expect(await second.execute(again('r1'))).toMatchObject({ ok: true, reply: { id: 'T-1' } });
  expect(await second.execute(again('r1', 'other'))).toMatchObject({ error: { code: 'REQUEST_ID_REUSED' } });
  expect(await last(second)).toBe(1);
  await second.close();
});

test('a reply with records is rebuilt from the log as it was then', async () => {
  const memory = new MemoryLedger();
  const put = (lastNumber: number, requestId: string): Submission => ({
    ...count({ requestId, inputHash: requestId }),
    decide: (draft) => ({
      record: draft.put({ kind: 'counter', id: 'x', last: lastNumber }),
      many: [draft.put({ kind: 'counter', id: 'y', last: lastNumber })],
    }),
  });
  const first = await openLedger(memory, 'a');
  const answer = await first.execute(put(1, 'r1'));
  await first.execute(put(2, 'r2'));
  await first.close();
  const second = await openLedger(memory, 'b');
  const repeated = await second.execute(put(1, 'r1'));
  expect(repeated).toMatchObject({ ok: true, reply: answer.ok ? answer.reply : 'refused' });
  expect(JSON.stringify(memory.log[0]?.entry.txs[0]?.receipt)).toContain('$put');
  await second.close();
});

test('two processes on one ledger conflict, catch up and decide again: nothing lost, nothing doubled', async () => {
  const memory = new MemoryLedger();
  const [a, b] = await Promise.all([openLedger(memory, 'a'), openLedger(memory, 'b')]);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => (n % 2 ? a : b).execute(count())));
  const ids = answers.map((answer) => answer.ok && answer.reply.id);
  expect(new Set(ids).size).toBe(200);
  expect(memory.records.get('counter:T')).toMatchObject({ last: 200 });
  await Promise.all([a.close(), b.close()]);
});

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

test('a batch executed just before the store ended is not executed twice', async () => {
  const memory = new MemoryLedger();
  const ledger = await openLedger(memory, 'a');
  memory.faults = ['after'];
  const answer = ledger.execute(count());
  // The reply is lost and the store starts anew before the batch is sent again.
  while (memory.faults.length > 0) await new Promise((resolve) => setImmediate(resolve));
  memory.restart();
  expect(await answer).toMatchObject({ ok: true, reply: { id: 'T-1' } });
  expect(await last(ledger)).toBe(1);
  await ledger.close();
});

test('with the store away every command settles: unknown outcome in flight, nothing written in the queue', async () => {
  const memory = new MemoryLedger();
  let now = 0;
  const ledger = await openLedger(memory, 'a', { monotonic: () => now });
  memory.faults = Array.from({ length: 1_000 }, () => 'before' as const);
  const inFlight = ledger.execute(count());
  while (ledger.failingSince === undefined) await new Promise((resolve) => setImmediate(resolve));
  const queued = ledger.execute(count());
  now += 20_000;
  expect(await inFlight).toMatchObject({ error: { code: 'TIMEOUT', retry: { afterMs: 500 } } });
  expect(await queued).toMatchObject({ error: { code: 'STORAGE_UNAVAILABLE' } });
  memory.faults = [];
  await ledger.close();
});

test('what was answered while the store is away is not kept until it is back', async () => {
  const memory = new MemoryLedger();
  let now = 0;
  const ledger = await openLedger(memory, 'a', { monotonic: () => now });
  memory.faults = Array.from({ length: 1_000 }, () => 'before' as const);
  const inFlight = ledger.execute(count());
  while (ledger.failingSince === undefined) await new Promise((resolve) => setImmediate(resolve));
  const queued = [ledger.execute(count()), ledger.execute(count({ urgent: true }))];
  now += 9_000;
  const young = ledger.execute(count());
  expect(ledger.queued).toBe(3);
  now += 1_000;
  await Promise.all([inFlight, ...queued]);
  expect(ledger.queued).toBe(1);
  memory.faults = [];
  expect(await young).toMatchObject({ ok: true });
  await ledger.close();
});

test('the commits a listener hears lead from any state to the next', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('T', 'L', 'M'), fc.boolean()), { maxLength: 60 }),
      async (commands) => {
        const memory = new MemoryLedger();
        const ledger = await openLedger(memory, 'a');
        const records = new Map<string, unknown>();
        ledger.onCommit((committed: readonly Committed[]) => {
          for (const { changes } of committed)
            for (const { kind, id, before, after } of changes) {
              expect(records.get(`${kind}:${id}`)).toEqual(before);
              if (after === undefined) records.delete(`${kind}:${id}`);
              else records.set(`${kind}:${id}`, after);
            }
        });
        const run = ([letter, remove]: [string, boolean]) =>
          ledger.execute({
            command: 'test',
            caller: { kind: 'hub' },
            decide: (draft: Draft, context: Context) => {
              if (remove) draft.remove('counter', letter);
              else draft.put({ kind: 'counter', id: letter, last: context.seq });
              return {};
            },
          });
        await Promise.all(commands.map(run));
        expect(Object.fromEntries(records)).toEqual(Object.fromEntries(memory.records));
        const reopened = await openLedger(memory, 'b');
        expect(await reopened.read((view) => view.all('counter'))).toEqual(
          await ledger.read((view) => view.all('counter')),
        );
        await Promise.all([ledger.close(), reopened.close()]);
      },
    ),
    { numRuns: 50 },
  );
});

test('a decision whose outcome cannot be written is refused, leaves nothing and harms nobody else', async () => {
  const thrown: string[] = [];
  const ledger = await openLedger(new MemoryLedger(), 'a', { onThrow: (command) => thrown.push(command) });
  const unwritable: Submission = {
    ...again('r1'),
    decide: (draft: Draft) => ({ id: nextId(draft, 'T'), circle: 1n }),
  };
  const [one, two, three] = await Promise.all([
    ledger.execute(count()),
    ledger.execute(unwritable),
    ledger.execute(count()),
  ]);
  expect([one, two, three]).toMatchObject([
    { ok: true, reply: { id: 'T-1' } },
    { error: { code: 'INTERNAL' } },
    { ok: true, reply: { id: 'T-2' } },
  ]);
  expect([thrown, await last(ledger)]).toEqual([['test.count'], 2]);
  await ledger.close();
});

test('closing does not wait for a store that stays away', async () => {
  const memory = new MemoryLedger();
  const ledger = await openLedger(memory, 'a');
  memory.faults = Array.from({ length: 1_000 }, () => 'before' as const);
  const inFlight = ledger.execute(count());
  while (ledger.failingSince === undefined) await new Promise((resolve) => setImmediate(resolve));
  const queued = ledger.execute(count());
  await ledger.close();
  expect(await inFlight).toMatchObject({ error: { code: 'TIMEOUT' } });
  expect(await queued).toMatchObject({ error: { code: 'STORAGE_UNAVAILABLE' } });
});

test('who names what nobody has written shares the looks for it; whoever names what was written waits for no pause', async () => {
  const memory = new MemoryLedger();
  const [ledger, other] = [await openLedger(memory, 'a'), await openLedger(memory, 'b')];
  const { epoch } = ledger;
  const adopt = vi.spyOn(MemoryStore.prototype, 'adopt');
  const before = performance.now();
  for (let round = 0; round < 10; round++) {
    const reached = await Promise.all(Array.from({ length: 20 }, () => ledger.reach({ epoch, seq: 999_999 })));
    expect(new Set(reached)).toEqual(new Set([false]));
  }
  expect(adopt.mock.calls.length).toBeLessThanOrEqual((performance.now() - before) / 50 + 2);
  for (let seq = 1; seq <= 3; seq++) {
    await other.execute(count());
    expect(await ledger.reach({ epoch, seq })).toBe(true);
  }
  adopt.mockRestore();
  await Promise.all([ledger.close(), other.close()]);
});

test('a queue full of ordinary commands keeps no urgent one out', async () => {
  const memory = new MemoryLedger();
  const ledger = await openLedger(memory, 'a');
  const flood = Array.from({ length: 20_000 }, () => ledger.execute(count()));
  expect(await ledger.execute(count())).toMatchObject({ error: { code: 'OVERLOADED' } });
  expect(await ledger.execute(count({ urgent: true }))).toMatchObject({ ok: true });
  await Promise.all(flood);
  await ledger.close();
});

test('a flood is refused before more is written than can be remembered, and nothing that was is forgotten', async () => {
  const memory = new MemoryLedger();
  const hand = { ms: 0 };
  const options = { windowBytes: 2_000_000, monotonic: () => hand.ms };
  let ledger = await openLedger(memory, 'a', options);
  const written = async (round: string): Promise<number> => {
    for (let n = 0; ; n++) if (!(await ledger.execute(again(`${round} ${n}`))).ok) return n;
  };
  const first = await written('first');
  expect(await ledger.execute(again('another'))).toMatchObject({ error: { code: 'OVERLOADED' } });
  expect(await ledger.execute(again('first 0'))).toMatchObject({ ok: true, reply: { id: 'T-1' } });
  expect(await ledger.execute(count({ urgent: true }))).toMatchObject({ ok: true });
  expect(await ledger.execute(count({ caller: { kind: 'hub' } }))).toMatchObject({ ok: true });
  await ledger.close();
  ledger = await openLedger(memory, 'b', options);
  expect(await written('after a restart')).toBeLessThan(first / 4);
  for (let minute = 1; minute <= 5; minute++) {
    for (let ms = 0; ms < 60_000; ms += 250) {
      hand.ms += 250;
      if (ledger.wantsTick())
        await ledger.execute({ ...count({ caller: { kind: 'hub' }, always: true }), decide: () => ({ id: '' }) });
    }
  }
  const inFiveMinutes = await written('later');
  expect([first > 10, inFiveMinutes > 0, inFiveMinutes < first]).toEqual([true, true, true]);
  await ledger.close();
});

test('a long log is taken in piece by piece: everybody has a turn in between', async () => {
  const memory = new MemoryLedger();
  const ledger = await openLedger(memory, 'a');
  const COMMANDS = 20_000;
  await Promise.all(
    Array.from({ length: COMMANDS }, (_, n) => ledger.execute({ ...again(`r-${n}`), caller: { kind: 'hub' } })),
  );
  // One entry for each, as from many small batches.
  memory.log = memory.log.flatMap(({ epoch, entry }) =>
    entry.txs.map((tx) => ({ epoch, entry: { ...entry, from: tx.seq, to: tx.seq, txs: [tx] } })),
  );
  let turns = 0;
  const counting = (): void => {
    turns += 1;
    next = setImmediate(counting);
  };
  let next = setImmediate(counting);
  const late = await openLedger(memory, 'b');
  clearImmediate(next);
  expect(turns).toBeGreaterThan(20);
  expect(await last(late)).toBe(COMMANDS);
  expect(await late.execute({ ...again('r-7'), caller: { kind: 'hub' } })).toMatchObject({ reply: { id: 'T-8' } });
  await ledger.close();
  await late.close();
});

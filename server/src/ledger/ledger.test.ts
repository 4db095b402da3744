import { refuse } from '@signalbox/shared/errors';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Context } from '../domain/decision.ts';
import { nextId } from '../domain/numbers.ts';
import type { Draft } from '../domain/view.ts';
import type { Committed } from './ledger.ts';
import { MemoryLedger, MemoryStore } from './memory-store.ts';
import type { Submission } from './submission.ts';
import { again, count, last, openLedger } from './testing/counting.ts';

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

import type { CommandInput, CommandOutput } from '@signalbox/shared/commands';
import { isRefusal } from '@signalbox/shared/errors';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../domain/view.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerStore } from '../ledger/store.ts';
import { History } from './history.ts';
import type { LogSource } from './log-source.ts';

export interface StoreUnderHistory {
  store: LedgerStore;
  source: LogSource;
  /** The process behind the store starts anew with all its data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A record people may see, whose name says what happened. */
const project = (id: string) => (draft: Draft) => {
  draft.put({ kind: 'project', id, name: id, createdBy: 'human:kim', createdAt: 1 });
  return {};
};
const KIM = { kind: 'person', name: 'kim', role: 'admin' } as const;

/** What the history promises of any store; run on memory and on real Redis. */
export function historyContract(name: string, open: () => Promise<StoreUnderHistory>): void {
  const contract = (
    title: string,
    run: (on: StoreUnderHistory & { ledger: Ledger; history: History }) => Promise<void>,
  ): void =>
    test(title, async () => {
      const under = await open();
      const ledger = await Ledger.open({ store: under.store, node: 'a' });
      try {
        await run({ ...under, ledger, history: new History(() => under.source) });
      } finally {
        await ledger.close();
        await under.close();
      }
    });

  describe(`history of ${name}`, () => {
    contract('is empty before anything happened', async ({ history }) => {
      expect(await history.list('acme', {})).toEqual({ events: [] });
    });

    contract('[HS2] comes newest first, in pages of any size, everything once', async ({ ledger, history }) => {
      const made: string[] = [];
      // Batches of one, of several and of many: pages begin and end in the middle of them.
      for (const size of [1, 3, 1, 40, 2, 7]) {
        const ids = Array.from({ length: size }, (_, at) => `p${made.length + at}`);
        made.push(...ids);
        await Promise.all(ids.map((id) => ledger.execute({ command: 'test.make', caller: KIM, decide: project(id) })));
      }
      for (const limit of [1, 2, 5, 54, 100]) {
        const pages = await allPages(history, { limit });
        expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
        expect(pages.flat().map(({ changes }) => changes[0]?.id)).toEqual([...made].reverse());
      }
    });

    contract('[HS2] what is written between two pages is in neither', async ({ ledger, history }) => {
      for (const id of ['p1', 'p2', 'p3'])
        await ledger.execute({ command: 'test.make', caller: KIM, decide: project(id) });
      const first = await list(history, { limit: 2 });
      await ledger.execute({ command: 'test.make', caller: KIM, decide: project('p4') });
      const second = await list(history, { limit: 2, ...(first.next !== undefined && { after: first.next }) });
      expect([...first.events, ...second.events].map(({ changes }) => changes[0]?.id)).toEqual(['p3', 'p2', 'p1']);
    });

    contract('[HS2] reaches back beyond a restart of the store, into the epoch before', async (on) => {
      const { ledger, history } = on;
      for (const id of ['p1', 'p2']) await ledger.execute({ command: 'test.make', caller: KIM, decide: project(id) });
      await on.restart();
      for (const id of ['p3', 'p4']) await ledger.execute({ command: 'test.make', caller: KIM, decide: project(id) });
      const events = (await allPages(history, { limit: 1 })).flat();
      expect(events.map(({ changes }) => changes[0]?.id)).toEqual(['p4', 'p3', 'p2', 'p1']);
      const epochs = events.map(({ epoch }) => epoch);
      expect(epochs[0]).toBe(epochs[1]);
      expect(epochs[1]).toBeGreaterThan(epochs[2] ?? Number.POSITIVE_INFINITY);
    });

    contract('[HS3] says who, what, when and why, and with a kind what became of it', async ({ ledger, history }) => {
      const before = Date.now();
      await ledger.execute({ command: 'test.make', caller: KIM, reason: 'we grow', decide: project('p1') });
      const [event] = (await list(history, { kind: 'project' })).events;
      expect(event).toEqual({
        epoch: ledger.epoch,
        seq: 1,
        at: expect.any(Number),
        actor: 'human:kim',
        command: 'test.make',
        reason: 'we grow',
        changes: [{ kind: 'project', id: 'p1' }],
        records: [{ kind: 'project', id: 'p1', rev: 1, name: 'p1', createdBy: 'human:kim', createdAt: 1 }],
      });
      expect(event?.at).toBeGreaterThanOrEqual(before);
    });
  });
}

async function list(history: History, input: CommandInput<'history.list'>): Promise<CommandOutput<'history.list'>> {
  const answer = await history.list('acme', input);
  if (isRefusal(answer)) throw new Error(answer.refused.message);
  return answer;
}

async function allPages(history: History, input: CommandInput<'history.list'>) {
  const pages: CommandOutput<'history.list'>['events'][] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const { events, next } = await list(history, { ...input, ...(after !== undefined && { after }) });
    pages.push(events);
    if (next !== undefined && next === after) throw new Error(`the page after ${next} is that page again`);
    after = next;
  }
  return pages;
}

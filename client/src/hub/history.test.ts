import type { HistoryEvent } from '@signalbox/shared/commands/history';
import { expect, test } from 'vitest';
import { HistoryReader, type ReadHistory } from './history.ts';

const event = (seq: number, change: Partial<HistoryEvent> = {}): HistoryEvent => ({
  epoch: 1,
  seq,
  at: 1_700_000_000_000 + seq,
  actor: 'alice',
  command: 'task.progress',
  changes: [{ kind: 'task', id: 'T-1' }],
  ...change,
});

const cursorOf = ({ epoch, seq }: HistoryEvent): string => `${epoch}-${seq}.${seq}`;

/** A hub with this much in its log; it looks at `pieces` events at a time, and gives those that are wanted. */
function hubWith(log: HistoryEvent[], pieces = 100, wanted: (event: HistoryEvent) => boolean = () => true) {
  const asked: Parameters<ReadHistory>[0][] = [];
  const read: ReadHistory = async (input) => {
    asked.push(input);
    const newest = [...log].sort((a, b) => b.epoch - a.epoch || b.seq - a.seq);
    const from = newest.findIndex((one) => cursorOf(one) === input.after) + 1;
    const looked = newest.slice(from, from + pieces);
    const last = looked.at(-1);
    const more = last !== undefined && from + looked.length < newest.length;
    const { epoch, seq } = newest[0] ?? { epoch: 1, seq: 0 };
    return { ok: true, epoch, seq, events: looked.filter(wanted), ...(more && { next: cursorOf(last) }) };
  };
  return { read, asked, log };
}
const seqs = ({ store }: HistoryReader) => store.getState().events.map(({ seq }) => seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i));

test('newest first, and older on demand until there is none', async () => {
  const reader = new HistoryReader(hubWith(range(1, 250)).read, {});
  await reader.start();
  expect([seqs(reader).at(0), seqs(reader).at(-1), reader.store.getState().more]).toEqual([250, 151, true]);
  await reader.older();
  await reader.older();
  expect([seqs(reader).length, seqs(reader).at(-1), reader.store.getState().more]).toEqual([250, 1, false]);
  await reader.older();
  expect(seqs(reader)).toHaveLength(250);
});

test('pieces of the log with nothing in them are passed over', async () => {
  const { read, asked } = hubWith(range(1, 250), 30);
  const reader = new HistoryReader(read, { kind: 'task', actor: 'people' });
  await reader.start();
  expect(seqs(reader)).toHaveLength(120);
  expect(asked.map(({ after, kind, actor }) => [after, kind, actor])).toEqual(
    [undefined, '1-221.221', '1-191.191', '1-161.161'].map((after) => [after, 'task', 'people']),
  );
});

test('what happens meanwhile waits on top; taking it over loses and doubles nothing', async () => {
  const { read, log } = hubWith(range(1, 3));
  const reader = new HistoryReader(read, {});
  await reader.start();
  log.push(event(4), event(1, { epoch: 2 }));
  await reader.look();
  expect(seqs(reader)).toEqual([3, 2, 1]);
  expect(reader.store.getState().news).toHaveLength(2);
  await reader.showNews();
  expect(seqs(reader)).toEqual([1, 4, 3, 2, 1]);
  await reader.look();
  expect(reader.store.getState().news).toEqual([]);
});

test('rare news are found however much lies between them, and none is left out', async () => {
  const rare = (seq: number): HistoryEvent => event(seq, { actor: 'human:Kim' });
  const { read, log, asked } = hubWith([...range(1, 99), rare(100)], 50, ({ actor }) => actor === 'human:Kim');
  const reader = new HistoryReader(read, { actor: 'people' });
  await reader.start();
  expect(seqs(reader)).toEqual([100]);
  // Found on different pieces of the log, the newest first.
  log.push(...range(101, 149), rare(150), ...range(151, 299), rare(300), ...range(301, 320));
  await reader.look();
  expect(reader.store.getState().news?.map(({ seq }) => seq)).toEqual([300, 150]);
  // What was looked at once is not looked at again, and what waits stays.
  asked.length = 0;
  log.push(...range(321, 329), rare(330));
  await reader.look();
  expect(asked).toHaveLength(1);
  expect(reader.store.getState().news?.map(({ seq }) => seq)).toEqual([330, 300, 150]);
  await reader.showNews();
  expect(seqs(reader)).toEqual([330, 300, 150, 100]);
  expect(reader.store.getState().more).toBe(false);
});

test('what lies further back than a look reads is not called nothing', async () => {
  const { read, log } = hubWith(range(1, 10), 10, ({ actor }) => actor !== 'alice');
  const reader = new HistoryReader(read, { actor: 'people' });
  await reader.start();
  log.push(...range(11, 300));
  await reader.look();
  expect(reader.store.getState().news).toBeNull();
  await reader.look();
  expect(reader.store.getState().news).toBeNull();
  await reader.showNews();
  expect(reader.store.getState().news).toEqual([]);
});

test('more than a page has come: it begins anew, without a hole', async () => {
  const { read, log } = hubWith(range(1, 3));
  const reader = new HistoryReader(read, {});
  await reader.start();
  log.push(...range(4, 203));
  await reader.look();
  expect(reader.store.getState().news).toBeNull();
  await reader.showNews();
  expect([seqs(reader).at(0), seqs(reader).at(-1), seqs(reader).length]).toEqual([203, 104, 100]);
  expect(reader.store.getState()).toMatchObject({ news: [], more: true });
});

test('an empty list shows what comes at once: nothing can jump', async () => {
  const { read, log } = hubWith([]);
  const reader = new HistoryReader(read, {});
  await reader.start();
  expect(reader.store.getState()).toMatchObject({ loaded: true, events: [], more: false });
  log.push(event(1));
  await reader.look();
  expect(seqs(reader)).toEqual([1]);
});

test('a refusal is kept and gone with the next answer; what an earlier beginning had asked is not wanted any more', async () => {
  const answers: ((ok: boolean, seq: number) => void)[] = [];
  const reader = new HistoryReader(
    () =>
      new Promise((resolve) =>
        answers.push((ok, seq) =>
          resolve(
            ok
              ? { ok, epoch: 1, seq: 0, events: [event(seq)] }
              : { ok, error: { code: 'OVERLOADED', message: 'Ask again.' } },
          ),
        ),
      ),
    {},
  );
  const first = reader.start();
  answers[0]?.(false, 0);
  await first;
  expect(reader.store.getState()).toMatchObject({ loaded: false, error: { message: 'Ask again.' } });
  const second = reader.start();
  const third = reader.start();
  answers[2]?.(true, 3);
  await third;
  answers[1]?.(true, 2);
  await second;
  expect(seqs(reader)).toEqual([3]);
  expect(reader.store.getState().error).toBeNull();
});

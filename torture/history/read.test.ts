import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHistory } from './read.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const call = {
  k: 'call',
  at: 1,
  id: 'r1',
  agent: 'ann',
  life: 'ann#1',
  command: 'task.next',
  input: { attempt: 'none' },
};
const lines = (...all: unknown[]): string => all.map((line) => `${JSON.stringify(line)}\n`).join('');
const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);

test('joins what several processes wrote of one request, whichever is read first', async () => {
  write(
    'a.jsonl',
    lines(
      { k: 'again', at: 6, id: 'r1' },
      { k: 'answer', at: 7, id: 'r1', answer: { ok: true, epoch: 1, seq: 4, task: null } },
    ),
  );
  write('b.jsonl', lines(call, { k: 'gone', at: 5, id: 'r1', why: 'connection' }));
  write('notes.txt', 'not of the history');
  const { operations } = await readHistory(folder);
  expect(operations).toMatchObject([
    {
      id: 'r1',
      outcome: 'ok',
      answeredAt: 7,
      tries: [
        { from: 1, to: 5, how: 'connection' },
        { from: 6, to: 7, how: 'answer' },
      ],
    },
  ]);
});

test('refused for certain, or of unknown outcome', async () => {
  const refused = (id: string, at: number, code: string) => ({
    k: 'answer',
    at,
    id,
    answer: { ok: false, error: { code, message: '' } },
  });
  write(
    'a.jsonl',
    lines(call, refused('r1', 2, 'OVERLOADED'), { k: 'again', at: 3, id: 'r1' }, refused('r1', 4, 'STALE_ATTEMPT')) +
      lines(
        { ...call, id: 'r2' },
        refused('r2', 2, 'TIMEOUT'),
        { k: 'again', at: 3, id: 'r2' },
        refused('r2', 4, 'STALE_ATTEMPT'),
      ),
  );
  const { operations } = await readHistory(folder);
  expect(operations.map(({ outcome, code }) => [outcome, code])).toEqual([
    ['refused', 'STALE_ATTEMPT'],
    ['unknown', 'STALE_ATTEMPT'],
  ]);
});

test('the torn last line of a killed process is none', async () => {
  write('a.jsonl', `${lines(call)}{"k":"answ`);
  expect((await readHistory(folder)).operations).toMatchObject([{ outcome: 'unknown', tries: [{ how: 'open' }] }]);
});

test.each([
  ['a torn line in between', `{"k":"answ\n${lines(call)}`, 'a.jsonl:1'],
  ['a line of another kind', lines(call, { k: 'joke', at: 2 }), 'a.jsonl:2'],
  [
    'a record that is none',
    lines({
      k: 'tx',
      at: 1,
      epoch: 1,
      seq: 1,
      clock: 1,
      actor: 'hub',
      command: 'x',
      puts: [{ kind: 'lock' }],
      removes: [],
    }),
    'a.jsonl:1',
  ],
])('%s is an error that says where', async (_, content, where) => {
  write('a.jsonl', content);
  await expect(readHistory(folder)).rejects.toThrow(where);
});

test('an answer to what was never called, and an empty folder', async () => {
  await expect(readHistory(folder)).rejects.toThrow('holds no history');
  write('a.jsonl', lines({ k: 'again', at: 6, id: 'r7' }));
  await expect(readHistory(folder)).rejects.toThrow('r7');
});
